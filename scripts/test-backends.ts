/**
 * `npm run test:backends`: a team's state in PostgreSQL and in S3, with the real engine: two updates at once, of which
 * one wins; an update killed in the middle; everything lost and restored from a dump. A backend not available on this
 * machine is reported as missing, which is a failure only if there is none at all.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type SimulatedDevice, startSimulator } from "../simulator";
import { postgresql } from "./backends/postgresql";
import { s3 } from "./backends/s3";
import { type Backend, type Service, until } from "./backends/service";
import { endGroup, follow, startCommand } from "./command";
import { createWorkspace, type Workspace } from "./engine/workspace";

const LOCKED = "the stack is currently locked";

const programWith = (name: string) => `
import * as dli from "pulumi-dli";
new dli.Outlet("web", { number: 3, name: "${name}" });
new dli.User("fred", { name: "fred", password: "a secret of the state" });
`;

class Team {
  readonly #workspace: Workspace;
  readonly #service: Service;
  readonly device: SimulatedDevice;

  constructor(workspace: Workspace, service: Service, device: SimulatedDevice) {
    this.#workspace = workspace;
    this.#service = service;
    this.device = device;
  }

  get outletName(): string | undefined {
    return this.device.tree.relay.outlets[2]?.name;
  }

  /** Two updates at once: first one that starts while the other writes, then pairs that start at the same moment. */
  async twoAtOnce(): Promise<void> {
    this.#workspace.setProgram(programWith("one"));
    const first = await this.#held();
    const second = await this.#workspace.up();
    assert.notEqual(second.exitCode, 0);
    assert.match(second.all, new RegExp(LOCKED));
    this.device.faults.clear();
    await first.ended;
    assert.equal(this.outletName, "one");
    for (const name of ["two", "three", "four"]) {
      this.#workspace.setProgram(programWith(name));
      const both = await Promise.all([this.#workspace.up(), this.#workspace.up()]);
      // Each looks for the other's lock after writing its own, so both may lose, but never both win at once.
      for (const { exitCode, all } of both) {
        assert.ok(exitCode === 0 || all.includes(LOCKED), all);
      }
      await this.#workspace.up({ expectExit: 0 });
      assert.equal(this.outletName, name);
      await this.#nothingIsLost();
    }
  }

  async killedInTheMiddle(): Promise<void> {
    this.#workspace.setProgram(programWith("five"));
    const { engine, ended } = await this.#held();
    endGroup(engine, "SIGKILL");
    this.device.faults.clear();
    await ended;
    const next = await this.#workspace.up();
    assert.notEqual(next.exitCode, 0);
    assert.match(next.all, new RegExp(LOCKED));
    await this.#workspace.pulumi(["cancel", "--yes"], { expectExit: 0 });
    await this.#workspace.up({ refresh: true, expectExit: 0 });
    assert.equal(this.outletName, "five");
    await this.#nothingIsLost();
  }

  async restored(): Promise<void> {
    const before = await this.#workspace.exportState({ showSecrets: true });
    await this.#service.dump();
    this.#workspace.setProgram(programWith("after the dump"));
    await this.#workspace.up({ expectExit: 0 });
    await this.#service.restore();
    assert.deepEqual(await this.#workspace.exportState({ showSecrets: true }), before);
    // The state is older than the device, so a refresh finds a difference.
    await this.#workspace.refresh({ previewOnly: true, expectNoChanges: true, expectExit: 7 });
    await this.#workspace.up({ refresh: true, expectExit: 0 });
    await this.#nothingIsLost();
  }

  async #nothingIsLost(): Promise<void> {
    const { deployment } = await this.#workspace.exportState({ showSecrets: true });
    const text = JSON.stringify(deployment);
    assert.match(text, /::web"/);
    assert.match(text, /a secret of the state/);
    assert.doesNotMatch(JSON.stringify(await this.#workspace.exportState()), /a secret of the state/);
    await this.#workspace.preview({ refresh: true, expectNoChanges: true, expectExit: 0 });
  }

  /** Starts an update and waits until the device has carried out a write but not answered it. */
  async #held() {
    const { faults } = this.device;
    const before = faults.struck;
    faults.add({ kind: "hold", method: "PUT", onlyAuthenticated: true });
    const { project, env } = this.#workspace;
    const args = ["--non-interactive", "up", "--yes", "--skip-preview"];
    const engine = startCommand("pulumi", args, { cwd: project, env, stdio: ["ignore", "pipe", "pipe"] });
    const { ended, output } = follow(engine);
    await until(() => faults.struck > before, `an update writes\n${output()}`);
    return { engine, ended };
  }
}

const scenarios = {
  "two updates at once: one wins, nothing is lost": (team: Team) => team.twoAtOnce(),
  "killed in the middle": (team: Team) => team.killedInTheMiddle(),
  "restored from a dump": (team: Team) => team.restored(),
};

/** Runs all scenarios and returns their number, or 0 if the backend is missing; throws at the first that fails. */
async function tryBackend(backend: Backend): Promise<number> {
  const folder = mkdtempSync(path.join(tmpdir(), "pulumi-dli-backend-"));
  const device = await startSimulator({ speed: 50 });
  const service = await backend.start(folder);
  if (typeof service === "string") {
    console.log(`not here ${backend.name}: ${service}`);
    await device.close();
    return 0;
  }
  let workspace: Workspace | undefined;
  try {
    const login = { "dli:url": device.url, "dli:password": { secret: device.password } };
    workspace = await createWorkspace({ program: programWith("zero"), config: login, env: { ...service.env } });
    await workspace.up({ expectExit: 0 });
    const team = new Team(workspace, service, device);
    for (const [name, scenario] of Object.entries(scenarios)) {
      await scenario(team);
      console.log(`ok       ${backend.name}: ${name}`);
    }
    return Object.keys(scenarios).length;
  } finally {
    workspace?.dispose();
    await service.stop();
    await device.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  let passed = 0;
  for (const backend of [postgresql, s3]) {
    passed += await tryBackend(backend);
  }
  console.log(`${passed} passed, 0 failed`);
  process.exitCode = passed === 0 ? 1 : 0;
}

void main();
