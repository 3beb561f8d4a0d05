/** `pulumi new` with the templates, from a folder and from a repository; README's test covers more of TypeScript's. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "../../scripts/engine/pins";
import type { SimulatedDevice } from "../../simulator";
import { blocksOf, Terminal } from "./clone";
import { serveGit } from "./git-server";
import { countsIn } from "./printed";

jest.setTimeout(300_000);

const templates = path.join(ROOT, "templates");

let terminal: Terminal;
let device: SimulatedDevice;

beforeAll(async () => {
  terminal = await Terminal.open({ runtime: "yaml", passphrase: "a sentence that is kept" });
  device = terminal.device;
}, 900_000);

afterAll(() => terminal?.close());

const namesOf = ({ tree }: SimulatedDevice) => tree.relay.outlets.slice(0, 3).map(({ name }) => name);

test("the YAML template names three outlets and switches nothing, and destroying gives their names back", async () => {
  const [block, importing] = blocksOf("docs/dynamic-or-native.md", "sh").slice(-3) as [string, string];
  const before = namesOf(device);
  const states = device.tree.relay.outlets.map(({ state }) => state);
  const run = (lines: string) => terminal.run("lab-yaml", lines);

  const made = await terminal.run("clone", block, { answers: `\n\ndev\n${device.password}\n${device.url}\n` });
  expect(made.stdout).toContain("`pulumi preview` shows what would be done");
  expect(countsIn(made)).toEqual({ "to create": 4 });
  expect(device.journal.writes()).toEqual([]);
  expect((await run("pulumi up")).stdout).toContain("+ 4 created");
  expect(namesOf(device)).toEqual(["router", "nas", "web"]);
  expect(device.journal.writes().filter(({ path: place }) => !place.endsWith("/name/"))).toEqual([]);
  expect(device.tree.relay.outlets.map(({ state }) => state)).toEqual(states);
  await run("pulumi preview --expect-no-changes");

  await run("pulumi destroy");
  expect(namesOf(device)).toEqual(before);
  const imported = await run(importing.replace("web ", "found "));
  expect(imported.all).toContain("Outlet found imported");
});

// On other systems the engine ignores trusted certificates in the environment and uses the system's.
(process.platform === "linux" ? test : test.skip)(
  "every template is found at a repository's address, too",
  async () => {
    const { folder } = terminal;
    const repository = "repositories/somebody/pulumi-dli.git";
    await terminal.run(
      "clone",
      `git init --quiet --initial-branch main
git add templates
git -c user.name=test -c user.email=test@example.com commit --quiet --message templates
git clone --quiet --bare . ../${repository}`,
    );
    const server = await serveGit(path.join(folder, "repositories"));
    try {
      const trusted = path.join(folder, "certificate.pem");
      writeFileSync(trusted, server.certificate);
      for (const name of readdirSync(templates)) {
        const made = path.join(folder, `from-${name}`);
        const address = `${server.url}/somebody/pulumi-dli/templates/${name}`;
        const flags = `--dir ${made} --yes --generate-only --name lab`;
        await terminal.run(".", `export SSL_CERT_FILE=${trusted}\npulumi new ${address} ${flags}`);
        expect(readFileSync(path.join(made, "Pulumi.yaml"), "utf8")).toMatch(/^name: lab$/m);
        expect(readdirSync(made).sort()).toEqual(readdirSync(path.join(templates, name)).sort());
      }
    } finally {
      await server.close();
    }
  },
);

test("a template takes only what its program needs, and never the power from an outlet", () => {
  for (const file of ["typescript/index.ts", "yaml/Pulumi.yaml"]) {
    const text = readFileSync(path.join(templates, file), "utf8");
    expect(text).not.toMatch(/\bstate:|Cycle|AutoPing|Reboot/);
    expect(text.match(/onDestroy: "?restore/g)).toHaveLength(3);
  }
});
