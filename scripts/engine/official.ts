/** Pulumi's own release of the engine, from its installer. */
import path from "node:path";
import { runCommand } from "../command";
import { step } from "../terminal";
import { pinnedVersion, ROOT } from "./pins";

const INSTALLER = "https://get.pulumi.com/install.sh";
const PROBE_MS = 15_000;
const INSTALL_MS = 5 * 60_000;

/**
 * Installs the pinned release into `root`/bin with Pulumi's own installer. Its host is probed first, for 15 s at most,
 * because behind a firewall the installer itself would hang for minutes.
 */
export async function installOfficial(root: string): Promise<void> {
  await probe();
  await step(`engine: installing pulumi ${pinnedVersion()} with the official installer`, () => install(root), {
    usually: "20 s",
  });
}

async function probe(): Promise<void> {
  try {
    await fetch(INSTALLER, { method: "HEAD", redirect: "manual", signal: AbortSignal.timeout(PROBE_MS) });
  } catch (error) {
    const { name, cause } = error as Error & { cause?: { code?: string } };
    const why = name === "TimeoutError" ? `no answer in ${PROBE_MS / 1000} s` : (cause?.code ?? name);
    throw new Error(`the official installer cannot be reached (${why})`);
  }
}

/** Runs in a separate process, because the Automation API has no way to stop an installation that hangs. */
async function install(root: string): Promise<void> {
  const script = path.join(__dirname, "run-installer.mjs");
  const result = await runCommand(process.execPath, [script, root, pinnedVersion()], {
    cwd: ROOT,
    timeoutMs: INSTALL_MS,
  });
  if (result.exitCode !== 0) {
    const why = result.timedOut ? `not done in ${INSTALL_MS / 60_000} min` : result.all.trim().split("\n").at(-1);
    throw new Error(`the official installer failed (${why})`);
  }
}
