/**
 * Holds the key to the secrets of most test stacks, as a cloud service would, because deriving the key of a passphrase
 * takes a fifth of each command's time. It answers Pulumi as HashiCorp's Vault does. Jest starts one for all tests.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { KEY_SERVICE_VARIABLE } from "../../scripts/engine/stack-files";
import { KEY } from "../../scripts/engine/stack-secrets";

export default async function startKeyService(): Promise<void> {
  const server = createServer((_request, response) => {
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify({ data: { plaintext: KEY.toString("base64") } }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // The server does not keep Jest from ending.
  server.unref();
  process.env[KEY_SERVICE_VARIABLE] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
