// The seats of an event by blocks: each has a version, and of two states of a block the one with the higher version
// holds, however they came.

/// The compact map `seen`, with those blocks of `known` that are newer.
export function newest(layout, known, seen) {
  if (known?.layout !== seen.layout) return seen;
  let map = seen;
  for (const [block, version] of Object.entries(known.blocks)) {
    if (version <= (seen.blocks[block] ?? 0)) continue;
    const { name, from, seats } = place(layout, Number(block)) ?? {};
    if (name) map = put(map, { block, version, letters: known.sections[name].slice(from, from + seats) }, name, from);
  }
  return map;
}

/// The map with a block as it was told; the same map, if that is not newer.
export function updated(layout, map, told) {
  const at = place(layout, told.block);
  if (!at || told.letters.length !== at.seats || told.version <= (map.blocks[told.block] ?? 0)) return map;
  return put(map, told, at.name, at.from);
}

function put(map, { block, version, letters }, name, from) {
  const before = map.sections[name];
  const after = before.slice(0, from) + letters + before.slice(from + letters.length);
  return {
    ...map,
    blocks: { ...map.blocks, [block]: version },
    sections: { ...map.sections, [name]: after },
  };
}

/// Where a block's letters are: in which section, from where, and how many.
function place(layout, block) {
  for (const { name, blocks } of layout.sections) {
    let from = 0;
    for (const one of blocks) {
      if (one.block === block) return { name, from, seats: one.seats };
      from += one.seats;
    }
  }
  return null;
}
