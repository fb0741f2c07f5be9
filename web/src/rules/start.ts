// Begins practice on this page's worker; loaded after the page has been shown.
import { host } from "./host";
import { INDEX } from "./index-path";
import { keepOffline } from "./offline";
import { Practice } from "./practice";

/** What is shown now is loaded first. */
const KEEP_AFTER_MS = 3000;

/** Practice of the server's first game, or null where rules do not run. `held` are the person's buttons. */
export async function startPractice(held: () => number): Promise<Practice | null> {
  if (!(await host.open(INDEX)) || !host.game) return null;
  setTimeout(keepOffline, KEEP_AFTER_MS);
  return new Practice(host.game, { host, held, chance: Math.random });
}
