/** A device behind a digest login, and its client. */
import type { DliClient, DliClientOptions } from "../../../provider/client";
import { clientOf as open } from "./client";
import { type Guard, type GuardOptions, guard } from "./digest";
import { json, serve, type TestServer } from "./server";

/** The admin's password on {@link device}. */
export const secret = 'S3cret-"quoted"-p\u00e4ss';

/** What is behind a digest login: it has something at every path, and accepts every write. */
export function lockOf(options: Partial<GuardOptions> = {}): Guard {
  return guard({ users: { admin: secret }, ...options }, (seen, response) => {
    if (seen.method === "GET") {
      json(response, { url: seen.url });
    } else {
      response.writeHead(204).end();
    }
  });
}

/** A device behind a digest login. */
export async function device(options: Partial<GuardOptions> = {}): Promise<{ server: TestServer; lock: Guard }> {
  const lock = lockOf(options);
  return { server: await serve((seen, response, request) => lock.handler(seen, response, request)), lock };
}

/** A client that logs in as the admin. */
export function clientOf(server: TestServer, options: Partial<DliClientOptions> = {}): DliClient {
  return open(server, { username: "admin", password: secret, ...options });
}
