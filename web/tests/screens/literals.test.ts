// Every text that people see or hear comes from a dictionary: no component writes English itself.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync } from "vite";
import { expect, it } from "vitest";

const SOURCE = join(import.meta.dirname, "../../src");
/** Attributes whose text people see or hear. */
const SPOKEN = [
  "alt",
  "aria-description",
  "aria-label",
  "aria-roledescription",
  "aria-valuetext",
  "label",
  "placeholder",
  "title",
];
/** Functions that show or read out what they are given. */
const SAYERS = ["alert", "announce", "confirm", "prompt", "toast"];
/** Names, and what is written alike in all languages. */
const ALIKE = ["Rumpus", "WASD", "JSON", "TOML", "CSV", "ms", "kB", "MB"];

type Node = { type: string; start: number; [field: string]: unknown };

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && typeof (value as Node).type === "string";

/** A text with a word in it: two letters in a row that are no name. */
const isWords = (text: string): boolean =>
  (text.match(/\p{L}{2,}/gu) ?? []).some((word) => !ALIKE.includes(word));

/** The texts that an expression may have as its value. */
function texts(node: unknown): [start: number, text: string][] {
  if (!isNode(node)) return [];
  switch (node.type) {
    case "Literal":
      return typeof node.value === "string" ? [[node.start, node.value]] : [];
    case "JSXText":
      return [[node.start, String(node.value)]];
    case "TemplateLiteral":
      return (node.quasis as { start: number; value: { cooked: string } }[]).map((part) => [
        part.start,
        part.value.cooked,
      ]);
    case "JSXExpressionContainer":
    case "ParenthesizedExpression":
      return texts(node.expression);
    case "ConditionalExpression":
      return [...texts(node.consequent), ...texts(node.alternate)];
    case "LogicalExpression":
      return [...(node.operator === "&&" ? [] : texts(node.left)), ...texts(node.right)];
    case "BinaryExpression":
      return node.operator === "+" ? [...texts(node.left), ...texts(node.right)] : [];
    default:
      return [];
  }
}

/** The English in a component's source, with its line. */
function literals(path: string, source: string): string[] {
  const found: [number, string][] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) for (const one of node) visit(one);
    if (!isNode(node)) return;
    if (node.type === "JSXElement" || node.type === "JSXFragment")
      for (const child of node.children as unknown[]) found.push(...texts(child));
    if (node.type === "JSXAttribute" && SPOKEN.includes(String((node.name as { name: unknown }).name)))
      found.push(...texts(node.value));
    if (node.type === "CallExpression" && SAYERS.includes(String((node.callee as { name?: string }).name)))
      found.push(...texts((node.arguments as unknown[])[0]));
    for (const one of Object.values(node)) visit(one);
  };
  visit(parseSync(path, source).program);
  return found
    .filter(([, text]) => isWords(text))
    .map(([start, text]) => `${path}:${source.slice(0, start).split("\n").length}: ${text.trim()}`);
}

it("finds English in all places where people would read it", () => {
  const source = `const a = (<>
    <b title="Close">Hello {name}</b>
    <i aria-label={on ? "On now" : t("app.off")}>{t("app.on")}</i>
    {late && "Too late"}
    <u class="nice day" data-kind="plain words">{x} ms · Rumpus</u>
    <q placeholder={\`Say \${name}\`}>{\`\${t("a.b")}: \${n}\`}</q>
  </>); toast("It is done");`;
  expect(
    literals("a.tsx", source)
      .map((line) => line.replace(/^a.tsx:\d+: /, ""))
      .sort(),
  ).toEqual(["Close", "Hello", "It is done", "On now", "Say", "Too late"]);
});

it("finds none in the client", () => {
  const files = (readdirSync(SOURCE, { recursive: true }) as string[]).filter((path) => /\.tsx?$/.test(path));
  expect(files.length).toBeGreaterThan(100);
  const english = files
    .filter((path) => !path.startsWith("i18n"))
    .flatMap((path) => literals(path, readFileSync(join(SOURCE, path), "utf8")));
  expect(english).toEqual([]);
}, 60_000);
