/** The faults of the simulator, and how they are written on the command line. */
import { once } from "node:events";
import { connect } from "node:net";
import { type Fault, type FaultKind, faultKinds, type SimulatedDevice } from "../../simulator";
import { parseFault } from "../../simulator/faults/spec";
import { until } from "../until";
import { Person } from "./http";
import { startDevice } from "./start";

/** Waits for an answer, and releases one that a fault holds back. */
async function clearingHeld<T>(device: SimulatedDevice, answer: Promise<T>): Promise<T> {
  let isDone = false;
  const end = () => {
    isDone = true;
  };
  answer.then(end, end);
  await until(() => isDone || device.journal.entries.at(-1)?.fault === "hold");
  device.faults.clear();
  return answer;
}

/** Writes a name under a fault that spares the first step of the login; returns the status or the error's code. */
async function renameUnder(fault: Fault): Promise<[number | string, string]> {
  const device = await startDevice({ faults: [{ onlyAuthenticated: true, ...fault }] });
  const answer = new Person(device).send("PUT", "relay/name/", { json: "New" });
  const outcome = await clearingHeld(device, answer)
    .then(({ status, body }) => (fault.kind === "garbage" ? body : status))
    .catch((error: NodeJS.ErrnoException) => error.code ?? error.message);
  expect(device.journal.entries.at(-1)?.fault).toBe(fault.kind === "status" ? `status ${fault.status}` : fault.kind);
  return [outcome, device.tree.relay.name];
}

const old = "DLI Controller";

describe("faults", () => {
  const gone = "ECONNRESET";
  /** For every kind: its settings, what the client gets, and the name that the device has afterwards. */
  const outcomes: Record<FaultKind, readonly (readonly [Omit<Fault, "kind">, number | string, string])[]> = {
    delay: [[{ milliseconds: 1 }, 204, "New"]],
    hold: [[{}, 204, "New"]],
    dropBefore: [[{}, gone, old]],
    dropAfter: [[{}, gone, "New"]],
    reset: [[{}, gone, old]],
    status: [
      [{ status: 401 }, 401, old],
      [{ status: 409 }, 409, old],
      [{ status: 500, acts: true }, 500, "New"],
    ],
    oddAnswer: [[{ body: '{"error":"busy"}' }, 200, old]],
    garbage: [[{}, "<<< this is not JSON {", "New"]],
    halfBody: [[{}, gone, "New"]],
    slowDrip: [[{ milliseconds: 1 }, 204, "New"]],
  };
  const rows = faultKinds.flatMap((kind) => outcomes[kind].map((row) => [kind, ...row] as const));

  test.each(rows)("the fault %s with %j ends in %j and leaves the name %j", async (kind, settings, outcome, name) => {
    expect(await renameUnder({ kind, ...settings })).toEqual([outcome, name]);
  });

  test.each(rows)(
    "the journal under the fault %s with %j has the status that the client received",
    async (kind, settings) => {
      const device = await startDevice();
      device.faults.add({ kind, onlyAuthenticated: true, ...settings });
      const answer = new Person(device).send("PUT", "relay/name/", { json: "New" });
      const status = await clearingHeld(device, answer).then(
        (received) => received.status,
        () => (kind === "halfBody" ? 200 : 0),
      );
      expect(device.journal.entries.at(-1)?.status).toBe(status);
    },
  );

  test("a reset is a TCP reset, and a drop a normal end of the connection", async () => {
    const device = await startDevice({ faults: [{ kind: "reset" }, { kind: "dropBefore", nth: 2 }] });
    const ending = async () => {
      const socket = connect(Number(new URL(device.url).port), "127.0.0.1");
      socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      socket.resume();
      return once(socket, "close").then(
        () => "end",
        (error: NodeJS.ErrnoException) => error.code,
      );
    };
    expect(await ending()).toBe("ECONNRESET");
    expect(await ending()).toBe("end");
  });

  test("a fault of 503 has Retry-After, one of 401 a challenge, and neither counts as a failed login", async () => {
    const device = await startDevice();
    device.faults.add(
      { kind: "status", status: 503, retryAfterSeconds: 7, onlyAuthenticated: true },
      { kind: "status", status: 401, onlyAuthenticated: true, nth: 2 },
    );
    const admin = new Person(device);
    expect((await admin.send("GET", "cred/")).headers["retry-after"]).toBe("7");
    expect((await admin.send("GET", "cred/")).headers["www-authenticate"]).toMatch(/^Digest /);
    expect(device.failedLogins).toBe(0);
  });

  test("a slow response arrives whole", async () => {
    const device = await startDevice({ faults: [{ kind: "slowDrip", milliseconds: 1, onlyAuthenticated: true }] });
    expect(await new Person(device).get("relay/name/")).toBe(old);
  });

  test("a held request is carried out, and its response comes when the faults are cleared", async () => {
    const device = await startDevice({ faults: [{ kind: "hold", method: "PUT", onlyAuthenticated: true }] });
    const events: string[] = [];
    const renamed = new Person(device).send("PUT", "relay/name/", { json: "New" }).then(() => events.push("answered"));
    await until(() => device.tree.relay.name === "New");
    expect(device.journal.entries.at(-1)).toMatchObject({ method: "PUT", fault: "hold" });
    expect(await new Person(device).get("relay/name/")).toBe("New");
    events.push("another was answered");
    device.faults.clear();
    await renamed;
    expect(events).toEqual(["another was answered", "answered"]);
  });

  test("method, path, nth and times select the requests that a fault strikes", async () => {
    const device = await startDevice();
    const admin = new Person(device);
    device.faults.add({
      kind: "status",
      status: 500,
      method: "PUT",
      path: "relay/",
      nth: 2,
      times: 2,
      onlyAuthenticated: true,
    });
    await admin.get("relay/name/");
    await admin.put("config/hostname/", "x");
    const statuses: number[] = [];
    for (const name of ["a", "b", "c", "d"]) {
      statuses.push(await admin.put("relay/name/", name));
    }
    expect(statuses).toEqual([204, 500, 500, 204]);
    expect(device.faults.struck).toBe(2);
  });

  test("a fault with times: always strikes until the faults are cleared", async () => {
    const device = await startDevice();
    const admin = new Person(device);
    device.faults.add({
      kind: "status",
      status: 500,
      path: /outlets\/\d\/$/g,
      times: "always",
      onlyAuthenticated: true,
    });
    for (let time = 0; time < 3; time += 1) {
      expect((await admin.send("GET", "relay/outlets/1/")).status).toBe(500);
    }
    expect((await admin.send("GET", "relay/outlets/")).status).toBe(200);
    device.faults.clear();
    expect((await admin.send("GET", "relay/outlets/1/")).status).toBe(200);
  });

  test("latencyMilliseconds delays every response in real time", async () => {
    const device = await startDevice({ latencyMilliseconds: 5 });
    expect(await new Person(device).get("relay/name/")).toBe(old);
  });
});

describe("faults as text", () => {
  test.each([
    ["503", { kind: "status", status: 503 }],
    ["reset,nth=3", { kind: "reset", nth: 3 }],
    [
      "delay,method=GET,path=relay/,times=always,milliseconds=50,acts=false",
      { kind: "delay", method: "GET", path: "relay/", times: "always", milliseconds: 50, acts: false },
    ],
    ["dropAfter,pattern=users/$", { kind: "dropAfter", path: /users\/$/ }],
  ])("the text %s is read as a fault", (text, fault) => {
    expect(parseFault(text)).toEqual(fault);
  });

  test.each(["explode", "reset,nth=x", "reset,colour=red", "", "999"])(
    "the text %j is refused, and the error shows the form",
    (text) => {
      expect(() => parseFault(text)).toThrow(/Form: KIND/);
    },
  );

  test("the form in the error names every kind of fault", () => {
    const form = String(
      (() => {
        try {
          return parseFault("explode");
        } catch (error) {
          return error;
        }
      })(),
    );
    expect(faultKinds.filter((kind) => kind !== "status" && !form.includes(kind))).toEqual([]);
  });
});
