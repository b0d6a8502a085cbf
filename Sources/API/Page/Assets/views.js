// The views of the lens, in the order of their tabs.

const files = ["head", "model", "matrix", "neuron", "statistics", "rollout", "explanation", "compare"];

/** The views that could be loaded: one that is broken must not take the page with it. */
export async function loadViews() {
  const modules = await Promise.allSettled(files.map((file) => import(`./views/${file}.js`)));
  for (const { reason } of modules) if (reason) console.error(reason);
  return modules.filter(({ value }) => value).map(({ value }) => value.default);
}
