/** Where engines are kept, and which of them are removed. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { cached, cacheFolder, filledOnce, markUsed, removeUnused } from "../../scripts/engine/cache";

const DAYS = 24 * 60 * 60_000;

let folder: string;
let environment: NodeJS.ProcessEnv;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "pulumi-dli-cache-"));
  environment = { ...process.env };
});

afterEach(() => {
  process.env = environment;
  rmSync(folder, { recursive: true });
});

/** Creates an entry that was last used this many days ago. */
function entry(name: string, days: number): string {
  const made = path.join(folder, name);
  mkdirSync(made);
  const used = new Date(Date.now() - days * DAYS);
  utimesSync(made, used, used);
  return made;
}

test("the cache belongs to the user and not to the clone", () => {
  delete process.env["PULUMI_DLI_CACHE"];
  delete process.env["XDG_CACHE_HOME"];
  expect(path.relative(homedir(), cacheFolder())).not.toMatch(/^\.\.|^$/);
  expect(path.basename(cacheFolder())).toBe("pulumi-dli");
});

test("PULUMI_DLI_CACHE names another folder, which is made where it is missing", () => {
  process.env["PULUMI_DLI_CACHE"] = path.join(folder, "own");
  expect(cached("engine")).toBe(path.join(folder, "own", "engine"));
  expect(readdirSync(folder)).toEqual(["own"]);
});

test("a cache that cannot be made is an error that says what to do", () => {
  process.env["PULUMI_DLI_CACHE"] = __filename;
  expect(() => cached("engine")).toThrow("Set PULUMI_DLI_CACHE to a folder that can be written.");
});

test("an entry is filled once, and one that could not be filled leaves nothing", async () => {
  const home = path.join(folder, "node");
  await expect(filledOnce(home, () => Promise.reject(new Error("no network")))).rejects.toThrow("no network");
  expect(readdirSync(folder)).toEqual([]);
  for (const name of ["first", "second"]) {
    await filledOnce(home, async (part) => writeFileSync(path.join(part, name), ""));
  }
  expect(readdirSync(home)).toEqual(["first"]);
});

test("what nobody has used for a long time is removed, and what a killed run left half made after a day", () => {
  entry("3.1.0-linux", 100);
  entry("3.2.0-linux", 50);
  entry("3.3.0-linux.part-abandoned", 2);
  entry("3.3.0-linux.part-now", 0);
  markUsed(entry("3.0.0-linux", 100));
  removeUnused(folder);
  expect(readdirSync(folder).sort()).toEqual(["3.0.0-linux", "3.2.0-linux", "3.3.0-linux.part-now"]);
});
