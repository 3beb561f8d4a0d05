/** A process notices when the engine that started it has ended, and nothing else. */
import { connect, createServer, type ServerHttp2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import { watchEngine } from "../../provider/lifecycle/engine/engine-watch";
import { silent, unused } from "../engine/listeners";

/** A server with the engine's protocol, and the sessions that it gets. */
async function startEngine() {
  const server = createServer();
  const sessions: ServerHttp2Session[] = [];
  let arrived = () => {};
  server.on("session", (session) => {
    sessions.push(session);
    arrived();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    address,
    sessions,
    arrival: () =>
      new Promise<void>((resolve) => {
        arrived = resolve;
      }),
    end: () => {
      server.close();
      for (const session of sessions) {
        session.destroy();
      }
    },
  };
}

test("an engine that only closes the connection is looked for again, and its end is noticed once", async () => {
  const engine = await startEngine();
  let times = 0;
  const first = engine.arrival();
  const gone = new Promise<void>((resolve) =>
    watchEngine(engine.address, () => {
      times += 1;
      resolve();
    }),
  );
  await first;
  const second = engine.arrival();
  engine.sessions[0]?.close();
  await second;
  expect(times).toBe(0);
  engine.end();
  await gone;
  expect([times, engine.sessions.length]).toEqual([1, 2]);
});

test("an engine that was killed before it was seen has gone", async () => {
  const address = new URL(await unused()).host;
  let times = 0;
  await new Promise<void>((resolve) =>
    watchEngine(address, () => {
      times += 1;
      resolve();
    }),
  );
  expect(times).toBe(1);
});

test("an address that has refused a few connections ends nothing yet", async () => {
  const address = new URL(await unused()).host;
  let isGone = false;
  watchEngine(address, () => {
    isGone = true;
  });
  // Once later connections have failed, the earlier one has failed too.
  for (let times = 0; times < 3; times++) {
    await new Promise<void>((resolve) => {
      const later = connect(`http://${address}`);
      later.on("error", () => undefined);
      later.once("close", () => resolve());
    });
  }
  expect(isGone).toBe(false);
});

test("something else that answers at the address is not taken for an engine that has gone", async () => {
  const other = await silent();
  let isGone = false;
  watchEngine(new URL(other.url).host, () => {
    isGone = true;
  });
  await other.close();
  await new Promise<void>((resolve) => {
    const later = connect(other.url);
    later.on("error", () => undefined);
    later.once("close", () => resolve());
  });
  expect(isGone).toBe(false);
});
