/** The commands of docs/device.md section 13, for owners of a device, exactly as written. */
import { runCommand } from "../../scripts/command";
import { startSimulator } from "../../simulator";
import { read } from "../repository";

test("the commands of docs/device.md say which device it is, and read it forty times at once", async () => {
  const blocks = [...read("docs/device.md").matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, text]) => text as string);
  expect(blocks).toHaveLength(3);
  const device = await startSimulator();
  try {
    const script = blocks.join("\n").replace("http://192.168.0.100", device.url);
    const result = await runCommand("bash", ["-euo", "pipefail", "-c", script], {
      input: `${device.password}\n`,
      timeoutMs: 50_000,
    });
    expect(result.exitCode).toBe(0);
    expect(result.stdout).toContain('"LPC9"');
    expect(result.stdout).toContain('"1.12.14.0"');
    expect(result.stdout.match(/200 \d+\.\d+$/gm)).toHaveLength(40);
    expect(device.journal.writes()).toEqual([]);
  } finally {
    await device.close();
  }
});
