/** A process notices that the engine which started it has ended, and nothing else. */
import { connect, createServer, type ServerHttp2Session } from "node:http2";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { watchEngine } from "../../provider/lifecycle/engine/engine-watch";

/** A server that speaks what the engine speaks, and the sessions that it gets. */
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

/** An address at which nothing listens. */
async function deadAddress(): Promise<string> {
  const socket = createTcpServer();
  await new Promise<void>((resolve) => socket.listen(0, "127.0.0.1", resolve));
  const address = `127.0.0.1:${(socket.address() as AddressInfo).port}`;
  await new Promise((resolve) => socket.close(resolve));
  return address;
}

test("an engine that was killed before it was seen has gone, for a process that it has started", async () => {
  const address = await deadAddress();
  let times = 0;
  await new Promise<void>((resolve) =>
    watchEngine(
      address,
      () => {
        times += 1;
        resolve();
      },
      { isStartedByIt: true },
    ),
  );
  expect(times).toBe(1);
});

test("an address at which no engine was ever reached ends nothing", async () => {
  const address = await deadAddress();
  let isGone = false;
  watchEngine(address, () => {
    isGone = true;
  });
  // By the time that later connections have failed, so has that one.
  for (let times = 0; times < 3; times++) {
    await new Promise<void>((resolve) => {
      const later = connect(`http://${address}`);
      later.on("error", () => undefined);
      later.once("close", () => resolve());
    });
  }
  expect(isGone).toBe(false);
});
