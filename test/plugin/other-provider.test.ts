/** A resource that gets another provider, as the engine calls it: first the new one's DiffConfig, then Diff. */
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type Fixture, withPlugin } from "./fixture";

const state = {
  device: "default",
  number: 1,
  name: "Outlet 1",
  managed: ["name"],
  deviceSerial: "RACK-2",
  deviceUrl: "http://192.0.2.1",
};
const inputs = { device: "default", number: 1, name: "Outlet 1" };
const former = { url: "http://192.0.2.1", version: "0.1.0" };

/** Compares the resource; `isMoved`: after DiffConfig of a provider that has replaced `former`. */
async function compared({ client, configuration }: Fixture, isMoved: boolean, olds: object) {
  const own = { ...configuration, version: "0.1.0" };
  await client.checkConfig(own);
  if (isMoved) {
    await client.diff("x", { olds: former, news: own }, "diffConfig");
  }
  return client.diff("Outlet", { olds: { ...state, ...olds } as typeof state, news: inputs });
}

test("another device's provider replaces the resource", () =>
  withPlugin(
    async (fixture) => {
      expect(await compared(fixture, true, { deviceSerial: "RACK-1" })).toMatchObject({
        changes: "some",
        replaces: ["deviceSerial"],
        deleteBeforeReplace: true,
      });
      // The next resource had this provider before.
      await expect(compared(fixture, false, { deviceSerial: "RACK-1" })).rejects.toThrow(/RACK-2.*RACK-1/);
      expect(fixture.device.journal.writes()).toEqual([]);
    },
    { serial: "RACK-2" },
  ));

test("while the engine compares several resources at once, each of those that had another provider is recognised", () =>
  withPlugin(
    async ({ client, device, configuration }) => {
      const own = { ...configuration, version: "0.1.0" };
      const there = { ...state, deviceSerial: "RACK-1" };
      await client.checkConfig(own);
      await Promise.all([1, 2].map(() => client.diff("x", { olds: former, news: own }, "diffConfig")));
      const all = [{ ...state, deviceUrl: device.url }, there, there];
      const found = await Promise.all(all.map((olds) => client.diff("Outlet", { olds, news: inputs })));
      expect(found.map(({ replaces }) => replaces)).toEqual([[], ["deviceSerial"], ["deviceSerial"]]);
    },
    { serial: "RACK-2", env: { PULUMI_PARALLEL_DIFF: "true" } },
  ));

test("what leaves a provider is not restored if the program then declares it through that provider", () =>
  withPlugin(
    async ({ client, device, configuration }) => {
      device.switchOutlet(1, false);
      const left = { ...state, deviceUrl: device.url, state: false, managed: ["state"], baseline: { state: true } };
      await client.checkConfig({ ...configuration, version: "0.1.0" });
      const deleted = client.delete("Outlet", "default/outlets/1", { ...left, onDestroy: "restore" });
      // One more call, so that the deletion has begun.
      await client.call("getPluginInfo", new Empty());
      await client.check("Outlet", { number: 1, state: false }, {}, "other");
      await deleted;
      expect(device.journal.writes()).toEqual([]);
    },
    { serial: "RACK-2" },
  ));

test("another provider of the same device, or another address of it, changes nothing", () =>
  withPlugin(
    async (fixture) => {
      for (const isMoved of [true, false]) {
        expect(await compared(fixture, isMoved, {})).toMatchObject({ changes: "none", replaces: [] });
      }
    },
    { serial: "RACK-2" },
  ));

test("where the serial number cannot be read, another provider at another address replaces the resource", () =>
  withPlugin(
    async (fixture) => {
      fixture.device.faults.add({ kind: "status", status: 403, path: "config/serial", times: "always" });
      expect(await compared(fixture, true, {})).toMatchObject({ changes: "some", replaces: ["deviceSerial"] });
      expect(await compared(fixture, false, {})).toMatchObject({ changes: "none" });
      const sameAddress = { deviceUrl: fixture.device.url };
      expect(await compared(fixture, true, sameAddress)).toMatchObject({ changes: "none" });
    },
    { serial: "RACK-2" },
  ));

test("a state of 0.1.0, which remembers neither, is compared as before", () =>
  withPlugin(
    async (fixture) => {
      const old = { deviceSerial: undefined, deviceUrl: undefined };
      const known = JSON.parse(JSON.stringify({ ...state, ...old }));
      const own = { ...fixture.configuration, version: "0.1.0" };
      await fixture.client.checkConfig(own);
      await fixture.client.diff("x", { olds: former, news: own }, "diffConfig");
      fixture.device.journal.clear();
      expect(await fixture.client.diff("Outlet", { olds: known, news: inputs })).toMatchObject({ changes: "none" });
      expect(fixture.device.journal.entries).toEqual([]);
    },
    { serial: "RACK-2" },
  ));
