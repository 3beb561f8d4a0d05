/**
 * The smallest possible dynamic provider: its "device" is a JSON file named by FLOOR_DEVICE, or nothing at all. The
 * engine starts it like a user's provider, so it is plain JavaScript.
 */
const fs = require("node:fs");

const device = process.env.FLOOR_DEVICE;
const stored = (value) => (device && fs.existsSync(device) ? JSON.parse(fs.readFileSync(device, "utf8")) : { value });
const store = (value) => device && fs.writeFileSync(device, JSON.stringify({ value }));

exports.noop = {
  async check(_olds, news) {
    return { inputs: news };
  },
  async diff(_id, olds, news) {
    return { changes: olds.value !== news.value };
  },
  async create(inputs) {
    store(inputs.value);
    return { id: "floor", outs: { value: inputs.value } };
  },
  async read(id, props) {
    const { value } = stored(props.value);
    return { id, props: { value }, inputs: { value } };
  },
  async update(_id, _olds, news) {
    store(news.value);
    return { outs: { value: news.value } };
  },
  async delete() {
    if (device) {
      fs.rmSync(device, { force: true });
    }
  },
};
