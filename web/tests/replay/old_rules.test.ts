// The glue of today's client with rules documents that today's server would not write: prediction/glue.py says what it
// relies on. trails-2026-11.json.gz is the document of the day on which the first matches were kept, and
// trails-2026-11-match.json a match of that day.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, it } from "vitest";
import type { Bundle } from "../../src/prediction/engine";
import { checkRules, type ReplayError } from "../../src/replay/record";
import { recorded, recordingOf, start } from "./recorded";

const FOLDER = join(import.meta.dirname, "../../../tests/data/rules");
const OLD = join(FOLDER, "trails-2026-11.json.gz");
const old = () => JSON.parse(gunzipSync(readFileSync(OLD)).toString()) as Bundle;
const from = recorded("trails-2026-11-match", FOLDER);

it("replays by the rules of the record, not by those of today", async () => {
  const rules = old();
  const file = "game/games/trails/rules.py";
  const changed = rules.files[file]!.replace(/^from /m, "CHANGED = 1\nfrom ");
  expect(changed).not.toBe(rules.files[file]);
  const { replay, surveyed, arrive, state } = await start(
    recordingOf(from, { ...rules, files: { ...rules.files, [file]: changed } }, 600),
  );
  expect(rules.files["game/rules/snapshot.py"], "saved the slow way").not.toContain("def pack(");
  surveyed();
  expect(replay.survey.right.value).toBe(true);
  replay.seek(300);
  arrive();
  const once = state();
  replay.seek(40);
  arrive();
  expect(state()).not.toBe(once);
  replay.seek(300);
  arrive();
  expect(state()).toBe(once);
  expect(replay.problem.value).toBeNull();
}, 60_000);

it("refuses what is no document, and one for another interpreter, each with its own code", () => {
  const codeOf = (document: unknown) => {
    try {
      checkRules(document);
    } catch (error) {
      return (error as ReplayError).code;
    }
    return "none";
  };
  expect(codeOf({ ...old(), interpreter: 2 })).toBe("interpreter");
  expect(codeOf({ files: 3 })).toBe("rules");
  expect(codeOf(null)).toBe("rules");
  expect(codeOf(old())).toBe("none");
});
