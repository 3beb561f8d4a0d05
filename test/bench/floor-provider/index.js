/**
 * A dynamic provider that does nothing, so that what it costs is the engine's share. The engine starts it like a user's
 * provider, so it is plain JavaScript. BENCH_DRIFT lists the resources that a read finds changed, separated by commas.
 */
const drifted = new Set((process.env.BENCH_DRIFT ?? "").split(","));
const read = ({ __provider, name, value, ...others }) => ({
  ...others,
  name,
  value: drifted.has(name) ? `${value} by hand` : value,
});

exports.noop = {
  async check(_olds, news) {
    return { inputs: news };
  },
  async diff(_id, olds, news) {
    return { changes: olds.value !== news.value };
  },
  async create(inputs) {
    return { id: inputs.name, outs: inputs };
  },
  async read(id, props) {
    return { id, props: read(props), inputs: read(props) };
  },
  async update(_id, _olds, inputs) {
    return { outs: inputs };
  },
  async delete() {},
};
