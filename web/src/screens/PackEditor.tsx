// The form for a host's own questions: one after the other, pasted from a spreadsheet or from a file. What is wrong
// is said beside the field while it is written, and before the server says it.
import { useSignal } from "@preact/signals";
import { useEffect, useId, useRef } from "preact/hooks";
import { type Key, t } from "../i18n";
import { keep, kept } from "../packs/kept_pack";
import {
  blank,
  type Field,
  LENGTHS,
  MOST_CHARS,
  MOST_QUESTIONS,
  MOST_READ,
  type Pack,
  type Problem,
  problemsOf,
  type Question,
  readPack,
  writeCsv,
  writeToml,
} from "../packs/pack_text";
import { session } from "../session/page";
import { Dialog } from "../ui/Dialog";
import { Icon } from "../ui/Icon";
import { announce, reason, toast } from "../ui/say";
import { download } from "../ui/share";
import "../style/pack.css";

/** What a message holds beside the text. */
const ENVELOPE_BYTES = 200;
const WRONG: readonly (0 | 1 | 2)[] = [0, 1, 2];

function sentence({ field, what, n, most }: Problem): string {
  if (what === "long") return t("pack.bad.long", { n, most });
  if (what === "missing") return t(field === "ask" ? "pack.bad.no_ask" : "pack.bad.no_right");
  return t(what === "double" ? "pack.bad.double" : "pack.bad.no_wrong");
}

function sample(): Pack {
  const texts = t("pack.sample").split("|");
  const questions: Question[] = [];
  for (let at = 1; at + 5 < texts.length; at += 6) {
    const [category = "", ask = "", right = "", a = "", b = "", c = ""] = texts.slice(at, at + 6);
    questions.push({ category, ask, right, wrong: [a, b, c], spoken: a === "" });
  }
  return { title: texts[0] ?? "", questions };
}

interface LineProps {
  label: string;
  value: string;
  problem: Problem | undefined;
  most: number;
  list?: string;
  onInput: (text: string) => void;
}

function Line({ label, value, problem, most, list, onInput }: LineProps) {
  const id = useId();
  return (
    <div class="pack-line">
      <label for={id}>{label}</label>
      <input
        id={id}
        class="text"
        value={value}
        list={list}
        maxLength={2 * most}
        autoComplete="off"
        aria-invalid={problem !== undefined}
        aria-describedby={problem ? `${id}-bad` : undefined}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      {problem && (
        <small id={`${id}-bad`} class="pack-bad">
          {sentence(problem)}
        </small>
      )}
    </div>
  );
}

interface CardProps {
  question: Question;
  number: number;
  of: number;
  open: boolean;
  categories: string;
  onOpen: () => void;
  onChange: (question: Question) => void;
  onMove: (by: number) => void;
  onRemove: () => void;
}

function Card({ question, number, of, open, categories, onOpen, onChange, onMove, onRemove }: CardProps) {
  const problems = problemsOf(question);
  const first = (field: Field) => problems.find((one) => one.field === field);
  const shown = question.ask.trim() || t("pack.untitled");
  const kind = useId();
  const line = (
    field: Field,
    label: string,
    value: string,
    most: number,
    set: (text: string) => Question,
  ) => (
    <Line
      label={label}
      value={value}
      most={most}
      problem={first(field)}
      onInput={(text) => onChange(set(text))}
    />
  );
  const pick = (spoken: boolean) => (
    <label class="check chip">
      <input
        type="radio"
        name={kind}
        checked={question.spoken === spoken}
        onChange={() => onChange({ ...question, spoken })}
      />
      {t(spoken ? "pack.spoken" : "pack.choose")}
    </label>
  );
  return (
    <li class={problems.length ? "pack-card bad" : "pack-card"}>
      <div class="pack-top">
        <button type="button" class="pack-name" aria-expanded={open} onClick={onOpen}>
          <span class="pack-number">{number}</span>
          <span class="pack-ask">{shown}</span>
          <Icon name={problems.length ? "warning" : "check"} size={18} />
          <span class="unseen">
            {problems.length ? t("pack.to_fix", { n: problems.length }) : t("pack.fine")}
          </span>
        </button>
        <div class="pack-tools">
          <button
            type="button"
            class="icon-btn pack-up"
            aria-label={t("pack.up", { n: number })}
            disabled={number === 1}
            onClick={() => onMove(-1)}
          >
            <Icon name="forward" size={18} />
          </button>
          <button
            type="button"
            class="icon-btn pack-down"
            aria-label={t("pack.down", { n: number })}
            disabled={number === of}
            onClick={() => onMove(1)}
          >
            <Icon name="forward" size={18} />
          </button>
          <button
            type="button"
            class="icon-btn"
            aria-label={t("pack.remove", { n: number })}
            onClick={onRemove}
          >
            <Icon name="close" size={18} />
          </button>
        </div>
      </div>
      {open && (
        <div class="pack-fields">
          <fieldset class="pack-kind">
            <legend class="unseen">{t("pack.kind")}</legend>
            {pick(false)}
            {pick(true)}
          </fieldset>
          {line("ask", t("pack.ask"), question.ask, LENGTHS.ask, (ask) => ({ ...question, ask }))}
          {line(
            "right",
            t("pack.right"),
            question.right,
            question.spoken ? LENGTHS.say : LENGTHS.right,
            (right) => ({
              ...question,
              right,
            }),
          )}
          {!question.spoken &&
            WRONG.map((k) => (
              <Line
                key={k}
                label={t("pack.wrong", { n: k + 1 })}
                value={question.wrong[k]}
                most={LENGTHS.wrong}
                problem={first(`wrong${k}`)}
                onInput={(text) => {
                  const wrong: [string, string, string] = [...question.wrong];
                  wrong[k] = text;
                  onChange({ ...question, wrong });
                }}
              />
            ))}
          <Line
            label={t("pack.category")}
            value={question.category}
            most={LENGTHS.category}
            list={categories}
            problem={first("category")}
            onInput={(category) => onChange({ ...question, category })}
          />
        </div>
      )}
    </li>
  );
}

/** What keeps the whole pack from being sent, as a sentence; "" if nothing does. */
function refusalOf(pack: Pack): string {
  if (pack.questions.length === 0) return t("pack.bad.none");
  if (pack.questions.length > MOST_QUESTIONS)
    return t("pack.bad.many", { n: pack.questions.length, most: MOST_QUESTIONS });
  const faulty = pack.questions.filter((one) => problemsOf(one).length > 0).length;
  if (faulty) return t("pack.bad.faulty", { n: faulty });
  const { text } = writeToml(pack);
  const bytes = new TextEncoder().encode(JSON.stringify(text)).length;
  const over = Math.max(
    text.length - MOST_CHARS,
    bytes - session.limits.value.payload_bytes + ENVELOPE_BYTES,
  );
  return over > 0 ? t("pack.bad.big", { n: over }) : "";
}

/** What the server has against the pack, in the person's language: it names lines, the form has questions. */
function answered(message: string, lines: readonly number[]): string {
  const line = Number(/^Line (\d+)/.exec(message)?.[1] ?? 0);
  const n = lines.filter((one) => one <= line).length;
  return n > 0 ? t("pack.bad.refused", { n }) : t("pack.bad.refused_all");
}

export function PackEditor({ onClose }: { onClose: () => void }) {
  const opened = useSignal(-1);
  const pasting = useSignal(false);
  const pasted = useSignal("");
  const wrong = useSignal("");
  /** All questions are removed by the next press. */
  const clearing = useSignal(false);
  const list = useRef<HTMLOListElement>(null);
  const field = useId();
  const categories = useId();
  const pack = kept.value;
  const { questions } = pack;
  const refusal = refusalOf(pack);
  const focus = useRef(-1);
  useEffect(() => {
    if (focus.current < 0) return;
    const card = list.current?.children[focus.current];
    // The effect of an earlier drawing may come after the press and before the card is there.
    if (!card) return;
    focus.current = -1;
    const field = card.querySelector<HTMLElement>("input[aria-invalid=true]");
    (field ?? card.querySelector<HTMLElement>("input.text"))?.focus();
  });
  const change = (next: readonly Question[], open = opened.value) => {
    wrong.value = "";
    opened.value = open;
    keep({ ...pack, questions: next });
  };
  const show = (number: number) => {
    opened.value = focus.current = number;
  };
  const add = () => {
    focus.current = questions.length;
    change(
      [...questions, { ...blank(), category: questions[questions.length - 1]?.category ?? "" }],
      questions.length,
    );
  };
  const move = (from: number, by: number) => {
    const next = [...questions];
    const [one] = next.splice(from, 1);
    if (one) next.splice(from + by, 0, one);
    change(next, opened.value === from ? from + by : -1);
    announce(t("pack.moved", { n: from + by + 1 }));
  };
  const remove = (number: number) => {
    change(
      questions.filter((_, k) => k !== number),
      -1,
    );
    announce(t("pack.removed", { n: number + 1 }));
  };
  const take = (text: string, fileName = "") => {
    const found = readPack(text, fileName);
    if (found.questions.length === 0) {
      wrong.value = t("pack.bad.unread");
      return;
    }
    const title = pack.title || found.title;
    opened.value = -1;
    pasting.value = false;
    pasted.value = "";
    wrong.value = "";
    keep({ title, questions: [...questions, ...found.questions].slice(0, 2 * MOST_QUESTIONS) });
    toast(t("pack.added", { n: found.questions.length }));
  };
  const use = async () => {
    if (refusal) {
      const faulty = questions.findIndex((one) => problemsOf(one).length > 0);
      wrong.value = refusal;
      if (faulty >= 0) show(faulty);
      return;
    }
    const { text, lines } = writeToml(pack);
    const ack = await session.commands.pack(text);
    if (ack.ok) {
      toast(t("pack.taken"));
      onClose();
    } else wrong.value = ack.code === "bad_pack" ? answered(ack.message, lines) : reason(ack);
  };
  const tool = (icon: "plus" | "copy" | "star" | "share" | "close", key: Key, act: () => void) => (
    <button type="button" class="btn quiet" onClick={act}>
      <Icon name={icon} size={18} /> {t(key)}
    </button>
  );
  return (
    <Dialog title={t("pack.title")} onClose={onClose}>
      <div class="pack-editor">
        <Line
          label={t("pack.name")}
          value={pack.title}
          most={LENGTHS.title}
          problem={
            [...pack.title].length > LENGTHS.title
              ? { field: "ask", what: "long", n: [...pack.title].length, most: LENGTHS.title }
              : undefined
          }
          onInput={(title) => keep({ ...pack, title })}
        />
        <div class="pack-bar">
          {tool("copy", "pack.paste", () => (pasting.value = !pasting.value))}
          <label class="btn quiet">
            <Icon name="picture" size={18} /> {t("pack.import")}
            <input
              type="file"
              class="unseen"
              accept=".toml,.csv,.tsv,.txt,text/plain,text/csv,text/tab-separated-values"
              onChange={async (event) => {
                const input = event.currentTarget;
                const file = input.files?.[0];
                try {
                  if (file && file.size <= 4 * MOST_READ) take(await file.text(), file.name);
                  else if (file) wrong.value = t("pack.bad.unread");
                } catch {
                  wrong.value = t("pack.bad.unread");
                } finally {
                  input.value = ""; // the same file can be chosen again
                }
              }}
            />
          </label>
          {questions.length === 0 && tool("star", "pack.try", () => keep(sample()))}
          {questions.length > 0 &&
            tool("share", "pack.export", () =>
              download(
                new File([writeCsv(pack)], `${pack.title || t("pack.file_name")}.csv`, { type: "text/csv" }),
              ),
            )}
          {questions.length > 0 &&
            tool("close", clearing.value ? "pack.clear_sure" : "pack.clear", () => {
              if (clearing.value) keep({ title: "", questions: [] });
              clearing.value = !clearing.value;
            })}
        </div>
        {pasting.value && (
          <div class="stack">
            <label for={field}>{t("pack.paste_here")}</label>
            <textarea
              id={field}
              class="text"
              rows={5}
              spellcheck={false}
              value={pasted.value}
              aria-describedby={`${field}-how`}
              onInput={(event) => (pasted.value = event.currentTarget.value)}
            />
            <small id={`${field}-how`} class="hint">
              {t("pack.paste_how")}
            </small>
            <button
              type="button"
              class="btn"
              disabled={!pasted.value.trim()}
              onClick={() => take(pasted.value)}
            >
              {t("pack.add_these")}
            </button>
          </div>
        )}
        {questions.length === 0 && <p class="muted">{t("pack.empty")}</p>}
        <ol ref={list} class="pack-list">
          {questions.map((question, k) => (
            <Card
              key={k}
              question={question}
              number={k + 1}
              of={questions.length}
              open={opened.value === k}
              categories={categories}
              onOpen={() => show(opened.value === k ? -1 : k)}
              onChange={(next) => change(questions.map((one, other) => (other === k ? next : one)))}
              onMove={(by) => move(k, by)}
              onRemove={() => remove(k)}
            />
          ))}
        </ol>
        <datalist id={categories}>
          {[...new Set(questions.map((one) => one.category).filter(Boolean))].map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
        <footer class="pack-foot">
          <p class="pack-count" aria-live="polite">
            {t("pack.count", { n: questions.length, most: MOST_QUESTIONS })}
            {refusal && questions.length > 0 && <span class="pack-bad"> {refusal}</span>}
          </p>
          <p class="pack-wrong" role="alert">
            {wrong.value !== refusal || questions.length === 0 ? wrong.value : ""}
          </p>
          <div class="row">
            <button type="button" class="btn" onClick={add} disabled={questions.length >= MOST_QUESTIONS}>
              <Icon name="plus" size={18} /> {t("pack.add")}
            </button>
            <button type="button" class="btn primary" onClick={() => void use()}>
              {t("pack.use")}
            </button>
          </div>
        </footer>
      </div>
    </Dialog>
  );
}
