/** So many phases are drawn: more would take the browser longer than the next second has. */
export const SHOWN_MAX = 60;

/** The part of an installation that is drawn: phases whose name has this text, up to the bound, each
 * with its whole pipeline.
 * @returns {{pipelines: {pipeline, phases}[], found: number, drawn: number, all: number}} */
export function shown(pipelines, text) {
  const wanted = text.trim().toLowerCase();
  const out = [];
  let found = 0;
  let all = 0;
  let left = SHOWN_MAX;
  for (const pipeline of pipelines) {
    const phases = pipeline.phases.filter((phase) => `${pipeline.name}.${phase.phase}`.toLowerCase().includes(wanted));
    all += pipeline.phases.length;
    found += phases.length;
    const some = phases.slice(0, left);
    if (some.length || (!wanted && left > 0)) out.push({ pipeline, phases: some });
    left -= some.length;
  }
  return { pipelines: out, found, drawn: SHOWN_MAX - left, all };
}
