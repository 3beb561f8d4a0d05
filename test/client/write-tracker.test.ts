/** How long a verifying read waits for pending writes. */
import { clientOf } from "./support/client";
import { manualClock } from "./support/clock";
import { closeServers } from "./support/server";
import { arrived, tree } from "./support/tree";

afterEach(closeServers);

test("settled reads of many writers are one request, after all writes", async () => {
  const { server, log } = await tree();
  const clock = manualClock();
  const client = clientOf(server, { clock });
  const writers = Array.from({ length: 8 }, async (_, index) => {
    const path = `relay/outlets/${index}`;
    await client.observe("relay", { of: path });
    await client.put(`${path}/name`, "n");
    await client.put(`${path}/state`, true);
    return client.observe("relay", { of: path, settled: true });
  });
  await arrived(server, 17);
  await clock.sleepers(1);
  expect(
    log()
      .slice(1)
      .every((line) => line.startsWith("PUT")),
  ).toBe(true);
  await clock.advance(40);
  await Promise.all(writers);
  expect(log()).toHaveLength(18);
  expect(log().at(-1)).toBe("GET relay/");
  await client.observe("relay", { of: "relay/outlets/3", settled: true });
  await client.observe("relay");
  expect(log()).toHaveLength(18);
});

test("a write during the quiet window makes the settled read wait for another window", async () => {
  const { server, log } = await tree();
  const clock = manualClock();
  const client = clientOf(server, { clock });
  const settled = client.observe("relay", { settled: true });
  await clock.sleepers(1);
  await client.put("relay/name", "x");
  await clock.advance(40);
  await clock.sleepers(1);
  expect(log()).toEqual(["PUT relay/name/"]);
  await clock.advance(40);
  await settled;
  expect(log()).toEqual(["PUT relay/name/", "GET relay/"]);
});

test("a settled read waits for a write in flight, and for a stream of writes no longer than the longest wait", async () => {
  const { server, log, hold } = await tree();
  const clock = manualClock();
  const client = clientOf(server, { clock, quietMilliseconds: 40, maxSettleMilliseconds: 100 });
  hold(true);
  const write = client.put("relay/name", "x");
  await arrived(server, 1);
  const settled = client.observe("relay", { settled: true });
  await clock.advance(99);
  expect(log()).toEqual(["PUT relay/name/"]);
  const next = client.put("relay/name", "y");
  await clock.advance(1);
  hold(false);
  await Promise.all([write, next, settled]);
  expect(log()).toEqual(["PUT relay/name/", "PUT relay/name/", "GET relay/"]);
});

test("a settled read waits for exclusive work, which may write until its end", async () => {
  const { server, log } = await tree();
  const clock = manualClock();
  const client = clientOf(server, { clock });
  let finish = () => {};
  const held = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const work = client.exclusive(async (session) => {
    await held;
    await session.put("relay/name", "x");
  });
  const settled = client.observe("relay", { settled: true });
  await clock.advance(40);
  await clock.advance(40);
  finish();
  await work;
  await clock.sleepers(1);
  await clock.advance(40);
  await settled;
  expect(log()).toEqual(["PUT relay/name/", "GET relay/"]);
  await client.observe("relay");
  expect(log()).toHaveLength(2);
});

test("a settled read without any write is one request, then none", async () => {
  const { server, log } = await tree();
  const client = clientOf(server);
  await client.observe("relay", { settled: true });
  await client.observe("relay", { settled: true, of: "relay/outlets/0" });
  expect(log()).toEqual(["GET relay/"]);
});

test("polling reads every time, and simultaneous polls share a read", async () => {
  const { server, log } = await tree();
  const client = clientOf(server);
  const poll = () => client.observe("relay", { settled: true, maxAgeMilliseconds: 0 });
  await Promise.all([poll(), poll(), poll()]);
  await poll();
  expect(log()).toHaveLength(2);
});
