// Events that overlap stand side by side.

/** [{each, lane, of}] for events of one day. */
export function lanes(events) {
  const sorted = [...events].sort((a, b) => a.start - b.start || b.length - a.length || (a.id < b.id ? -1 : 1));
  const found = [];
  let group = [];
  let until = -1;
  const flush = () => {
    const of = group.reduce((most, one) => Math.max(most, one.lane + 1), 1);
    group.forEach((one) => found.push({ ...one, of }));
    group = [];
  };
  for (const each of sorted) {
    if (each.start >= until) { flush(); until = -1; }
    const taken = new Set(group.filter((one) => one.each.start + one.each.length > each.start).map((one) => one.lane));
    let lane = 0;
    while (taken.has(lane)) lane += 1;
    group.push({ each, lane });
    until = Math.max(until, each.start + each.length);
  }
  flush();
  return found;
}
