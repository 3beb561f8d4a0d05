import type { DeviceCore } from "../device/contract";

/** The secrets that the device knows right now, so that none of them shows in the journal. */
export function secretsOf(device: DeviceCore): string[] {
  const { auth, mqtt } = device.tree;
  const secrets = auth.users.map((user) => user.password);
  for (const client of Object.values(auth.clients)) {
    secrets.push(...Object.keys(client.access_tokens), ...Object.keys(client.refresh_tokens));
  }
  return [...secrets, mqtt.password ?? ""].filter((secret) => secret !== "");
}
