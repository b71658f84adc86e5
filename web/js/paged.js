// A list of the API that is read page by page.

import { ask } from "./api.js";
import { signal } from "./view.js";

/// What was read; `read`, which begins anew, or goes on from a cursor; and `refresh`, which reads the first page again
/// while no more than that is shown, and keeps what is shown if there is no answer.
export function paged(path, limit) {
  const list = signal({ state: "waiting", items: [] });
  let longer = false;
  async function read(cursor) {
    longer = Boolean(cursor);
    const before = cursor ? list.value.items : [];
    try {
      const page = await ask("GET", `${path}?limit=${limit}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);
      list.value = { state: "there", items: [...before, ...page.items], more: page.next_cursor };
    } catch (error) {
      list.value = { ...list.value, state: "failed", error };
    }
  }
  async function refresh() {
    if (longer || list.value.state !== "there") return;
    const page = await ask("GET", `${path}?limit=${limit}`).catch(() => null);
    if (page && !longer) list.value = { state: "there", items: page.items, more: page.next_cursor };
  }
  return { list, read, refresh };
}
