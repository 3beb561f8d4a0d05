/** Notices when a write turns off what known tools need: only at that write and its plan, once, with the remedy. */
import { manualClock, type SimulatedDevice, startSimulator } from "../../simulator";
import { MiniEngine } from "../lifecycle/mini-engine";

const tools = [
  ["Ssh", { enabled: false }, { enabled: true }, /^device at \S+: SSH is turned off; .*`uom`.*`ssh: true`/],
  [
    "Access",
    { allowPlaintextLogins: false },
    { allowPlaintextLogins: true },
    /^device at \S+: login in plain text is turned off; .*dlipower.*MAAS.*`plaintextLogins: true`/,
  ],
  [
    "Setting",
    { path: "upnp/enabled", value: false },
    { path: "upnp/enabled", value: true },
    /^device at \S+: UPnP is turned off; .*WeMo.*`upnp: true`/,
  ],
  [
    "Setting",
    { path: "upnp", value: { enabled: false } },
    { path: "upnp", value: { enabled: true } },
    /^device at \S+: UPnP is turned off; /,
  ],
] as const;

const factory = /^device at \S+: the admin still has the password that every device is shipped with.*`AdminPassword`/;

let device: SimulatedDevice;

async function start(password: string): Promise<MiniEngine> {
  device = await startSimulator({ clock: manualClock(), password });
  Object.assign(device.tree.config, { ssh_enabled: true, allow_plaintext_logins: true });
  device.tree.upnp.enabled = true;
  return new MiniEngine({ device });
}

afterEach(() => device.close());

test.each(tools)("%s %j: the change that turns it off says so, and nothing else does", async (type, off, on, said) => {
  const engine = await start("another one");
  const held = await engine.create(type, on);
  expect(engine.warnings).toEqual([]);
  await engine.up(held, off);
  expect(engine.warnings).toEqual([expect.stringMatching(said)]);
  await engine.up(held, { ...off });
  await engine.refresh(held);
  expect(engine.warnings).toHaveLength(1);
});

test("what is off already is not spoken of", async () => {
  const engine = await start("another one");
  device.tree.config.ssh_enabled = false;
  await engine.create("Ssh", { enabled: false });
  expect(engine.warnings).toEqual([]);
});

test("with the factory's password, hardening says how to change it, once for all that it turns off", async () => {
  const engine = await start("1234");
  await engine.createAll(tools.slice(0, 3).map(([type, inputs]) => ({ type, inputs })));
  expect(engine.warnings).toHaveLength(4);
  expect(engine.warnings.filter((warning) => factory.test(warning))).toHaveLength(1);
  expect(engine.warnings.join()).not.toContain("1234");
});

test("the factory's password is not spoken of where the program changes it, nor where nothing is hardened", async () => {
  const engine = await start("1234");
  const changing = new MiniEngine({
    device,
    config: { "dli:password": "another one", "dli:previousPassword": "1234" },
  });
  await engine.create("Ssh", { enabled: true });
  await changing.createAll([
    { type: "Ssh", inputs: { enabled: false } },
    { type: "AdminPassword", inputs: { password: "another one" } },
  ]);
  expect(engine.warnings).toEqual([]);
  expect(changing.warnings).toEqual([expect.stringContaining("SSH is turned off")]);
});

test.each(tools)("%s %j: the plan of that change says what will be turned off", async (type, off, on, said) => {
  const engine = await start("another one");
  const held = await engine.create(type, on);
  const [look] = await engine.plan([{ type, inputs: off }], held);
  const will = new RegExp(said.source.replace("is turned off", "will be turned off"));
  expect(look?.lines.filter((line) => will.test(line))).toHaveLength(1);
  expect(engine.warnings).toEqual([]);
  await engine.up(held, off);
  const [unchanged] = await engine.plan([{ type, inputs: off }], held);
  expect(unchanged?.lines).toEqual([]);
});

test("a plan says each of it once, and the factory's password only where the program leaves it", async () => {
  const engine = await start("1234");
  const hardening = tools.slice(0, 3).map(([type, inputs]) => ({ type, inputs }));
  const lines = (await engine.plan(hardening)).flatMap((look) => look.lines);
  expect(lines.filter((line) => line.includes("will be turned off"))).toHaveLength(3);
  expect(lines.filter((line) => factory.test(line))).toHaveLength(1);
  const admin = { type: "AdminPassword", inputs: { password: "another one" } };
  const config = { "dli:password": "another one", "dli:previousPassword": "1234" };
  const changing = await new MiniEngine({ device, config }).plan([admin, ...hardening]);
  expect(changing.flatMap((look) => look.lines).join()).not.toMatch(/shipped with/);
});
