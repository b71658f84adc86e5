// A list of the API that is read page by page.

import { ask } from "./api.js";
import { signal } from "./view.js";

/// What was read, and `read`, which begins anew, or goes on from a cursor.
export function paged(path, limit) {
  const list = signal({ state: "waiting", items: [] });
  async function read(cursor) {
    const before = cursor ? list.value.items : [];
    try {
      const page = await ask("GET", `${path}?limit=${limit}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);
      list.value = { state: "there", items: [...before, ...page.items], more: page.next_cursor };
    } catch (error) {
      list.value = { ...list.value, state: "failed", error };
    }
  }
  return { list, read };
}
