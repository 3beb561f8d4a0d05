/** A git repository at an https:// address of this machine, of the kind that `pulumi new` accepts. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { makeCertificate } from "../../simulator/http/certificate";

/** A server of git repositories. */
export interface GitServer {
  /** `https://127.0.0.1:PORT`; a repository in `somebody/something.git` is at `/somebody/something`. */
  readonly url: string;
  /** The certificate to trust, PEM text. */
  readonly certificate: string;
  close(): Promise<void>;
}

/** Serves the bare repositories below a folder with git's own CGI program. */
export async function serveGit(folder: string): Promise<GitServer> {
  const { key, certificate } = await makeCertificate("127.0.0.1");
  const server = createServer({ key, cert: certificate }, (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "https://127.0.0.1");
    const backend = spawn("git", ["http-backend"], {
      env: {
        ...process.env,
        GIT_PROJECT_ROOT: folder,
        GIT_HTTP_EXPORT_ALL: "1",
        REQUEST_METHOD: request.method,
        PATH_INFO: pathname,
        QUERY_STRING: String(searchParams),
        CONTENT_TYPE: request.headers["content-type"] ?? "",
        HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
        GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
        REMOTE_ADDR: "127.0.0.1",
      },
      stdio: ["pipe", "pipe", "inherit"],
    });
    request.pipe(backend.stdin);
    const parts: Buffer[] = [];
    backend.stdout.on("data", (part: Buffer) => parts.push(part));
    backend.once("close", () => {
      // A CGI program's headers end at the first empty line.
      const whole = Buffer.concat(parts);
      const end = whole.indexOf("\r\n\r\n");
      const headers = whole.subarray(0, end).toString().split("\r\n");
      const fields = headers.map((line) => line.split(/: */) as [string, string]);
      const status = fields.find(([name]) => name === "Status")?.[1];
      response.writeHead(Number.parseInt(status ?? "200", 10), Object.fromEntries(fields));
      response.end(whole.subarray(end + 4));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    certificate,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
