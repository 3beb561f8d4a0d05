/** Every row of docs/vendor-examples.md in three ways: as a program on the real engine, with the client, with curl. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { DliClient } from "../../provider/client";
import { runCommand } from "../../scripts/command";
import { ROOT } from "../../scripts/engine/pins";
import { createWorkspace, type Workspace } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";

const source = "function flash_a_light()\nend\nfunction cycle_an_outlet(outlet, seconds)\nend\n";

interface Row {
  readonly title: string;
  readonly program: string;
  readonly client: string;
  readonly curl: string;
}

const page = readFileSync(path.join(ROOT, "docs", "vendor-examples.md"), "utf8");
const rows: Row[] = page
  .split(/^## /m)
  .slice(1)
  .map((section) => {
    const block = (language: string) =>
      new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(section)?.[1] as string;
    return {
      title: section.slice(0, section.indexOf("\n")),
      program: block("ts"),
      client: block("js"),
      curl: block("sh"),
    };
  });

type Proof = (device: SimulatedDevice, result: unknown) => void;

const outlet = (device: SimulatedDevice, number: number) => device.tree.relay.outlets[number - 1];
const asked =
  (method: string, tail: string): Proof =>
  (device) =>
    expect(
      device.journal.entries.filter(
        (entry) => entry.method === method && entry.path.endsWith(tail) && entry.status < 300,
      ),
    ).toHaveLength(1);
const answers =
  (text: string | RegExp): Proof =>
  (_device, result) =>
    expect(JSON.stringify(result)).toMatch(text);

/** What must be true of the device or the result after each of the three ways. */
const proofs: Record<string, Proof> = {
  "Switch an outlet on, for good": (device) => expect(outlet(device, 3)?.state).toBe(true),
  "Switch an outlet until the next reboot": (device) =>
    expect(outlet(device, 3)).toMatchObject({ state: false, transient_state: true }),
  "Read whether the relay is closed": answers(/^false$/),
  "Switch all outlets on": (device) => expect(device.tree.relay.outlets.every(({ state }) => state)).toBe(true),
  "Switch outlets 1 and 5 on": (device) =>
    expect([1, 5].map((number) => outlet(device, number)?.state)).toEqual([true, true]),
  "States of all outlets": answers(/^\[false,true,false(,true){5}\]$/),
  "Names of all outlets": answers(/Outlet 1.*Outlet 8/),
  "Name an outlet": (device) => expect(outlet(device, 3)?.name).toBe("web"),
  "Cycle an outlet": asked("POST", "/relay/outlets/4/cycle/"),
  "Switch several outlets at once": (device) =>
    expect([1, 2].map((number) => outlet(device, number)?.transient_state)).toEqual([false, true]),
  "Run a script": asked("POST", "/script/start/"),
  "Run a script with arguments": asked("POST", "/script/start/"),
  "List the running scripts": (device) => expect(device.tree.script.threads).toHaveProperty("20"),
  "Stop one script": (device) => expect(device.tree.script.threads).not.toHaveProperty("20"),
  "Stop all scripts": (device) => expect(device.tree.script.threads).toEqual({}),
  "Serial number": (device, result) => expect(JSON.stringify(result)).toContain(device.tree.config.serial),
  "Firmware version": answers(/1\.12\.14\.0/),
  "Firmware of the relay module": (device, result) =>
    expect(JSON.stringify(result)).toContain(device.tree.relay.version),
  "Look at the API, one level": answers(/true|relay/),
  "Switch SSH on": (device) => expect(device.tree.config.ssh_enabled).toBe(true),
  "Add a user who may switch outlets 5 to 8": (device) =>
    expect(device.tree.auth.users.find(({ name }) => name === "tom")?.outlet_access.map(Number)).toEqual([
      0, 0, 0, 0, 1, 1, 1, 1,
    ]),
  "Delete a user": (device) => expect(device.tree.auth.users.map(({ name }) => name)).toEqual(["admin"]),
  "Meters: volts, amperes, kWh, °C, %": answers(/120\.5/),
  "A client that logs in with a token": (device) =>
    expect(Object.keys(device.tree.auth.clients)).toEqual(["dashboard"]),
  Reboot: asked("POST", "/system/reboot/"),
};

async function prepared(): Promise<SimulatedDevice> {
  const device = await startSimulator({ model: "EPCR6", speed: 50 });
  device.tree.relay.sequence_delay = 0;
  for (const number of [1, 3]) {
    device.tree.relay.outlets[number - 1] = {
      ...outlet(device, number)!,
      state: false,
      transient_state: false,
      physical_state: false,
    };
  }
  device.changeByHand("script/source", source);
  device.tree.script.threads["20"] = { label: "endless (admin via web ui)" };
  device.tree.auth.users.push({
    name: "fred",
    password: "fr3d",
    is_allowed: true,
    is_admin: false,
    outlet_access: Array(8).fill(false),
  });
  return device;
}

function proofOf(title: string): Proof {
  const proof = proofs[title];
  if (!proof) {
    throw new Error(`no proof for "${title}"`);
  }
  return proof;
}

async function onDevice(work: (device: SimulatedDevice) => Promise<unknown>, title: string): Promise<void> {
  const device = await prepared();
  try {
    const result = await work(device);
    proofOf(title)(device, result);
  } finally {
    await device.close();
  }
}

test("the page has the examples that are proven here, and no others", () => {
  expect(rows.map(({ title }) => title)).toEqual(Object.keys(proofs));
});

describe("with the client", () => {
  test.each(rows.map((row) => [row.title, row] as const))(
    "the vendor's example works with the client: %s",
    (title, { client: code }) =>
      onDevice(async (device) => {
        const client = new DliClient({ url: device.url, username: device.username, password: device.password });
        try {
          return await new Function("client", `return (async () => { ${code} })()`)(client);
        } finally {
          await client.close();
        }
      }, title),
  );
});

describe("with curl", () => {
  test.each(rows.map((row) => [row.title, row] as const))(
    "the vendor's example works with curl: %s",
    (title, { curl }) =>
      onDevice(async (device) => {
        const env = { ...process.env, DEVICE: device.url, LOGIN: `${device.username}:${device.password}` };
        const result = await runCommand("bash", ["-ec", curl.replace("curl ", "curl --noproxy 127.0.0.1 --globoff ")], {
          env,
          timeoutMs: 30_000,
        });
        expect(result.exitCode).toBe(0);
        return result.stdout === "" ? undefined : JSON.parse(result.stdout);
      }, title),
  );
});

/** Rows whose programs run as one on one device, because none changes what another reads. */
const together: Record<string, readonly string[]> = {
  "what only reads": rows.flatMap(({ title, program }) => (program.includes("export const result") ? [title] : [])),
  "outlet 3 for good": [
    "Switch an outlet on, for good",
    "Cycle an outlet",
    "Run a script",
    "Switch SSH on",
    "Add a user who may switch outlets 5 to 8",
    "A client that logs in with a token",
  ],
  "outlets until the next reboot": [
    "Switch an outlet until the next reboot",
    "Name an outlet",
    "Switch several outlets at once",
    "Run a script with arguments",
    "Stop one script",
  ],
  "two outlets": ["Switch outlets 1 and 5 on", "Stop all scripts"],
  "all outlets": ["Switch all outlets on", "Delete a user"],
  "a reboot": ["Reboot"],
};

/** One program of these rows, with the results by their titles. */
function programOf(titles: readonly string[]): string {
  const blocks = titles.map((title) => {
    const { program } = rows.find((row) => row.title === title) as Row;
    const text = program
      .replace("export const result =", `results[${JSON.stringify(title)}] =`)
      .replace("export {};", "");
    return `{\n${text}}`;
  });
  const head = ['import * as dli from "pulumi-dli";', "export const results: Record<string, unknown> = {};"];
  return [...head, ...blocks, ""].join("\n");
}

describe("as a program", () => {
  let workspace: Workspace;
  beforeAll(async () => {
    workspace = await createWorkspace({ program: "" });
  }, 900_000);
  afterAll(() => workspace.dispose());

  test("every row is in one of the programs", () => {
    expect(Object.values(together).flat().sort()).toEqual(rows.map(({ title }) => title).sort());
  });

  test.each(Object.entries(together))(
    "the vendor's examples work as a program: %s",
    async (_what, titles) => {
      const device = await prepared();
      try {
        const env = { DLI_URL: device.url, DLI_PASSWORD: device.password };
        const run = async (program: string) => {
          workspace.setProgram(program);
          await workspace.up({ expectExit: 0, env });
        };
        // To delete is to remove a resource from the program, so there must be one first.
        if (titles.includes("Delete a user")) {
          await run('import * as dli from "pulumi-dli";\nnew dli.User("fred", { name: "fred", adopt: true });\n');
        }
        await run(programOf(titles));
        const { results } = (await workspace.outputs()) as { results: Record<string, unknown> };
        for (const title of titles) {
          proofOf(title)(device, results[title]);
        }
      } finally {
        await device.close();
      }
    },
    60_000,
  );
});
