// Begins practice on this page's worker; loaded after the page has been shown.
import { host } from "./host";
import { INDEX } from "./index-path";
import { Practice } from "./practice";

/** Practice of the server's first game, or null where rules do not run. `held` are the person's buttons. */
export async function startPractice(held: () => number): Promise<Practice | null> {
  if (!(await host.open(INDEX)) || !host.game) return null;
  return new Practice(host.game, { host, held, chance: Math.random });
}
