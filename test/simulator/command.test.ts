/** The simulator from outside: in a program, through its control port and from the command line. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { dialects, manualClock, Refusal, realClock, SimulatorControl, startSimulator } from "../../simulator";
import { openControl } from "../../simulator/control/server";
import { faultTable } from "../../simulator/faults/kinds";
import { until } from "../until";
import { Person, sendRaw } from "./http";
import { startDevice } from "./start";

const root = join(__dirname, "../..");

function run(...args: string[]) {
  return runAfter("", ...args);
}

const children: ChildProcess[] = [];

// One that a failed test has left would keep Jest waiting.
afterAll(() => {
  for (const child of children) {
    child.kill("SIGKILL");
  }
});

/** The command, after some JavaScript in the same process. */
function runAfter(script: string, ...args: string[]) {
  const imports = ["--import", `data:text/javascript,${encodeURIComponent(script)}`];
  const child = spawn(process.execPath, [...imports, join(root, "dist/simulator/cli/main.js"), ...args], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  return child;
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = "";
  for await (const chunk of stream) {
    text += String(chunk);
  }
  return text;
}

function realTimeouts(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
}

describe("what a person at the terminal is told", () => {
  test("a port that is taken is named, with what to do", async () => {
    const device = await startDevice();
    const { port } = new URL(device.url);
    const child = run("--port", port);
    expect(await textOf(child.stderr)).toBe(
      `port ${port} of 127.0.0.1 is taken by another program: choose another --port\n`,
    );
  });

  test.each([
    [["--host", "nosuch.invalid"], /^nosuch\.invalid is no address of this computer \(\w+\): choose another --host\n$/],
    [
      ["--port", "99999"],
      /'99999' is invalid\. It must be a whole number, at most 65535\.\nSee `npm run simulator -- --help`\.\n$/,
    ],
    [["--port", "x"], /'x' is invalid\. It must be a number/],
    [["--host", ""], /every address of this computer/],
    [["--model", "LPC1"], /LPC9/],
    [["--dialect", "nosuch=1"], /no dialect "nosuch"/],
    [["--dialect", "x"], /'x' is invalid\. It takes NAME=VALUE; names are \w+, /],
    [["--fault", "503,path"], /'503,path' is invalid\. "path" of a fault is no name=value\. Form: /],
    [["--firmware", "new"], /'new' is invalid\. It must be a version such as 1\.12\.14\.0\./],
    [["--speed", "0"], /'0' is invalid\. It must be above 0; --manual-clock stops the clock\./],
    [["--username", ""], /'' is invalid\. It must not be empty\./],
    [["--nope"], /^error: unknown option '--nope'\n/],
  ])("%j is answered with what it takes", async (args, message) => {
    const child = run(...args);
    const [errors, [code]] = await Promise.all([textOf(child.stderr), once(child, "exit")]);
    expect([code, errors]).toEqual([1, expect.stringMatching(message)]);
    const isOption = errors.startsWith("error: ");
    expect(errors.endsWith("\nSee `npm run simulator -- --help`.\n")).toBe(isOption);
  });

  test("a device from the factory comes with the command that switches its REST-style API on", async () => {
    const child = run("--preset", "factory", "--control");
    const lines = createInterface({ input: child.stdout });
    let told = "";
    for await (const line of lines) {
      told += `${line}\n`;
      if (line.startsWith("Control port")) {
        break;
      }
    }
    try {
      const [, address = "", change = ""] = /curl -X POST (\S+) -d '(.*)'/.exec(told) ?? [];
      const [, url = ""] = / at (\S+),/.exec(told) ?? [];
      const rest = async () => (await fetch(`${url}/restapi/`)).status;
      expect(await rest()).toBe(404);
      const response = await fetch(address, { method: "POST", body: change });
      expect(response.ok).toBe(true);
      expect(await rest()).toBe(401);
    } finally {
      child.kill("SIGTERM");
      await once(child, "close");
    }
  });
});

describe("the simulator in a program", () => {
  test("a behaviour overrides one path, keeps the rest, and can be removed", async () => {
    const device = await startDevice();
    const admin = new Person(device);
    const restore = device.behaviours.register({
      name: "refuse to switch outlet 3 off",
      path: "relay/outlets/2/state",
      write(_context, value, next) {
        if (value === false) {
          throw new Refusal(409, "No");
        }
        next(value);
      },
    });
    expect(await admin.put("relay/outlets/2/state/", false)).toBe(409);
    expect(await admin.put("relay/outlets/1/state/", false)).toBe(204);
    restore();
    expect(await admin.put("relay/outlets/2/state/", false)).toBe(204);
  });

  test("a manual change has its effects and its limits", async () => {
    const device = await startDevice({ dialects: { physicalLagMilliseconds: 0 } });
    device.switchOutlet(3, false);
    device.changeByHand("config/version", "9.9");
    device.changeByHand("auth/users/1", { name: "fred", password: "x" });
    device.changeByHand("script/snippets/a", { source: "" });
    expect(device.tree.relay.outlets[2]).toMatchObject({ state: false, physical_state: false });
    expect(device.tree.config.version).toBe("9.9");
    expect(device.tree.auth.users[1]?.outlet_access).toEqual(Array(8).fill(false));
    device.removeByHand("auth/users/1");
    expect(device.tree.auth.users).toHaveLength(1);
    expect(() => device.changeByHand("relay/outlets/8/name", "x")).toThrow();
    expect(() => device.changeByHand("relay/nosuch", "x")).toThrow(/nothing at relay\/nosuch/);
    expect(() => device.changeByHand("script/source", "x = = 1")).toThrow(/script:1/);
  });

  test("the device returns what is assigned to its tree", async () => {
    const device = await startDevice();
    Object.assign(device.tree.relay.outlets[2] ?? {}, { name: "By hand" });
    expect(await new Person(device).get("relay/outlets/2/name/")).toBe("By hand");
  });

  test("a device over HTTPS has its own certificate", async () => {
    const device = await startDevice({ https: true });
    expect(device.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    expect(device.fingerprintSha256).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    expect((await new Person(device).send("GET", "cred/")).status).toBe(200);
    await expect(sendRaw({ ...device, certificate: undefined }, "GET", "/")).rejects.toThrow(/self-signed/);
    device.faults.add({ kind: "reset" });
    await expect(sendRaw(device, "GET", "/")).rejects.toMatchObject({ code: "ECONNRESET" });
  });

  test.each([true, false])("close leaves no handle open (https: %s)", async (https) => {
    const handles = () => process.getActiveResourcesInfo().filter((kind) => /TCP|Timeout/.test(kind)).length;
    const before = handles();
    const device = await startSimulator({ https });
    device.switchOutlet(1, false);
    const idle = connect(Number(new URL(device.url).port), "127.0.0.1");
    await once(idle, "connect");
    const cut = once(idle, "close");
    await device.close();
    await cut;
    expect(handles()).toBeLessThanOrEqual(before);
    await expect(sendRaw(device, "GET", "/")).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  test("close ends the timers and waits of one device, and leaves a shared clock running for the others", async () => {
    const clock = manualClock();
    const one = await startDevice({ clock, faults: [{ kind: "delay", milliseconds: 600_000 }] });
    const other = await startDevice({ clock });
    one.switchOutlet(1, false);
    other.switchOutlet(1, false);
    const waiting = sendRaw(one, "GET", "/").catch((error: Error) => error);
    await until(() => one.faults.struck === 1);
    const waits = realTimeouts();
    await one.close();
    expect(realTimeouts()).toBeLessThan(waits);
    expect(await waiting).toMatchObject({ code: "ECONNRESET" });
    clock.advance(60_000);
    expect(one.tree.relay.outlets[0]?.physical_state).toBe(true);
    expect(other.tree.relay.outlets[0]?.physical_state).toBe(false);
  });

  test.each([
    [{ model: "LPC1" as never }, /no model "LPC1".*LPC9/],
    [{ firmware: "new" }, /not a firmware version/],
    [{ speed: 0 }, /speed/],
    [{ dialects: { keyOrder: "x" as never } }, /cannot be "x"/],
  ])("startSimulator refuses %j", async (options, message) => {
    await expect(startSimulator(options)).rejects.toThrow(message);
  });
});

describe("clocks", () => {
  test("a manual clock fires due timers in order, also those that other timers start", () => {
    const clock = manualClock(0);
    const fired: string[] = [];
    clock.startTimer(20, () => fired.push(`b ${clock.now()}`));
    clock.startTimer(10, () => {
      fired.push(`a ${clock.now()}`);
      clock.startTimer(5, () => fired.push(`c ${clock.now()}`));
    });
    const cancelled = clock.startTimer(1, () => fired.push("never"));
    cancelled.cancel();
    clock.advance(20);
    expect([fired, clock.now()]).toEqual([["a 10", "c 15", "b 20"], 20]);
  });

  test("a timer longer than Node's own can be does not fire at once", async () => {
    const clock = realClock();
    const fired: string[] = [];
    clock.startTimer(3e9, () => fired.push("in five weeks"));
    await new Promise<void>((resolve) => clock.startTimer(20, resolve));
    clock.clear();
    expect(fired).toEqual([]);
  });

  test("a clock with a speed runs faster than real time", async () => {
    const clock = realClock(1000);
    const start = clock.now();
    await new Promise<void>((resolve) => clock.startTimer(2000, resolve));
    expect(clock.now() - start).toBeGreaterThanOrEqual(1000);
  });
});

describe("the control port", () => {
  test("the control port does from another process what a test can do in its own", async () => {
    const device = await startDevice({ dialects: { physicalLagMilliseconds: 0 } });
    const server = await openControl(device);
    const control = new SimulatorControl(server.url);
    try {
      await control.change(
        { path: "relay/outlets/2/state", value: false },
        { path: "auth/users/1", value: { name: "fred", password: "x" } },
        { path: "config/ntp_peers/0", remove: true },
      );
      const tree = await control.tree();
      expect([tree.relay.outlets[2]?.physical_state, tree.auth.users[1]?.name]).toEqual([false, "fred"]);
      expect(tree.config.ntp_peers).toHaveLength(1);
      await control.change(
        { path: "autoping/enabled", value: true },
        { path: "autoping/items/0", value: { addresses: ["a"], outlets: [0], pings_before_enabling: 0 } },
      );
      await control.ping(0, ...Array<boolean>(6).fill(false));
      expect((await control.tree()).autoping.items[0]?.enabled).toBe(false);
      expect((await control.log()).at(-1)?.text).toContain("disabling");
      await control.addFaults({ kind: "status", status: 503, pattern: "cred/$", onlyAuthenticated: true });
      const admin = new Person(device);
      expect((await admin.send("GET", "cred/")).status).toBe(503);
      await new Person(device, "admin", "no").send("GET", "cred/");
      expect(await control.failedLogins()).toBe(1);
      expect((await control.journal()).map((entry) => entry.status)).toEqual([401, 503, 401, 401]);
      expect(await control.droppedEntries()).toBe(0);
      await control.clearJournal();
      expect(await control.journal()).toEqual([]);
      await control.addFaults({ kind: "reset", times: "always" });
      await control.clearFaults();
      await admin.put("relay/outlets/0/transient_state/", false);
      await control.reboot();
      expect((await control.tree()).relay.outlets[0]?.transient_state).toBe(true);
      const before = device.clock.now();
      await control.advance(500);
      expect(device.clock.now() - before).toBe(500);
      await expect(control.change({ path: "nosuch", value: 1 })).rejects.toThrow(/nothing at nosuch/);
    } finally {
      await server.close();
    }
  });

  test.each([
    ["without an Origin", 200, {}],
    ["from its own page", 200, { Origin: "http://127.0.0.1:PORT" }],
    ["by the name localhost", 200, { Origin: "http://localhost:PORT", Host: "localhost:PORT" }],
    ["from a page elsewhere", 403, { Origin: "https://example.com" }],
    ["from another port of this machine", 403, { Origin: "http://127.0.0.1:1" }],
    ["from a page without an origin", 403, { Origin: "null" }],
    ["for a name that was made to point here", 403, { Host: "example.com:PORT" }],
    ["without its port", 403, { Host: "127.0.0.1" }],
  ])("a request to the control port %s gets %d", async (_from, status, headers) => {
    const device = await startDevice();
    const server = await openControl(device);
    try {
      const { port } = new URL(server.url);
      const sent = Object.entries(headers).map(([name, value]) => [name, value.replace("PORT", port)] as const);
      const change = { text: '[{"path":"relay/name","value":"x"}]', headers: Object.fromEntries(sent) };
      expect((await sendRaw({ ...device, url: server.url }, "POST", "/tree", change)).status).toBe(status);
      expect(device.tree.relay.name).toBe(status === 200 ? "x" : "DLI Controller");
      expect((await sendRaw({ ...device, url: server.url }, "GET", "/tree", change)).body.includes("1234")).toBe(
        status === 200,
      );
    } finally {
      await server.close();
    }
  });

  test("the control port cannot move a clock that runs by itself", async () => {
    const device = await startDevice({ clock: realClock() });
    const server = await openControl(device);
    try {
      await expect(new SimulatorControl(server.url).advance(1)).rejects.toThrow(/--manual-clock/);
    } finally {
      await server.close();
    }
  });
});

describe("the command line", () => {
  test.each(["SIGTERM", "SIGHUP"] as const)(
    "the command with --json prints one line, serves, and exits with 0 on %s",
    async (signal) => {
      const child = run("--json", "--https", "--control", "--model", "ISO32", "--dialect", "numbersAs=floats");
      const [line] = (await once(createInterface(child.stdout), "line")) as [string];
      const { url, username, password, control, certificate, fingerprintSha256 } = JSON.parse(line) as Record<
        string,
        string
      >;
      expect([username, password]).toEqual(["admin", "1234"]);
      expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
      expect(fingerprintSha256).toMatch(/^([0-9A-F]{2}:){31}/);
      expect(existsSync(certificate ?? "")).toBe(true);
      expect((await new SimulatorControl(control ?? "").tree()).relay.outlets).toHaveLength(32);
      const exit = once(child, "exit");
      child.kill(signal);
      expect(await exit).toEqual([0, null]);
      expect(existsSync(certificate ?? "")).toBe(false);
    },
    30_000,
  );

  test("the command warns on stderr of names that the sandbox of a script does not have", async () => {
    const child = run("--json", "--control");
    const [line] = (await once(createInterface(child.stdout), "line")) as [string];
    const { control } = JSON.parse(line) as { control: string };
    const warning = once(createInterface(child.stderr), "line");
    await new SimulatorControl(control).change({ path: "script/source", value: "wait(1)" });
    expect(await warning).toEqual([expect.stringMatching(/^Warning: the script uses wait,/)]);
    const exit = once(child, "exit");
    child.kill("SIGTERM");
    await exit;
  }, 30_000);

  test("the command serves on when nobody reads its outputs any more", async () => {
    const child = run("--json", "--control");
    const [line] = (await once(createInterface(child.stdout), "line")) as [string];
    const control = new SimulatorControl((JSON.parse(line) as { control: string }).control);
    child.stdout.destroy();
    child.stderr.destroy();
    await control.change({ path: "script/source", value: "wait(1)" }, { path: "script/source", value: "wait(2)" });
    expect((await control.log()).map(({ severity }) => severity)).toContain("warning");
    const exit = once(child, "exit");
    child.kill("SIGTERM");
    expect(await exit).toEqual([0, null]);
  }, 30_000);

  test("the command ends where there is no place for the certificate", async () => {
    const none = `process.env.TMPDIR = process.env.TEMP = process.env.TMP = ${JSON.stringify(__filename)}`;
    const child = runAfter(none, "--https");
    const [errors, [code]] = await Promise.all([textOf(child.stderr), once(child, "exit")]);
    expect([code, errors]).toEqual([1, expect.stringMatching(/ENOTDIR.*dli-simulator-/)]);
  }, 30_000);

  test("the command without --json shows how to try the device", async () => {
    const child = run("--firmware", "1.11.0.0", "--password", "it's $HOME");
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    const next = async () => (await lines.next()).value as string;
    expect(await next()).toMatch(/^Simulated DLI LPC9 at http:\/\/127\.0\.0\.1:\d+, login admin/);
    expect(await next()).toContain(String.raw` -u 'admin:it'\''s $HOME' -H`);
    const exit = once(child, "exit");
    child.kill("SIGINT");
    expect(await exit).toEqual([0, null]);
  }, 30_000);

  test("--help lists every dialect and every kind of fault", async () => {
    const child = run("--help");
    const help = await textOf(child.stdout);
    const descriptions = [...Object.values(dialects), ...Object.values(faultTable)].map(
      ({ description }) => description,
    );
    expect(descriptions.filter((description) => !help.includes(description))).toEqual([]);
    expect(help).toMatch(/^Usage: npm run simulator -- \[options\]\n/);
    expect(help).not.toMatch(/default: (\[\]|\{\}|false)/);
    expect(help).toContain("restKeyName=allow_restapi (default) | allow_rest | allow_rest_api");
  }, 30_000);
});
