/** S3 on this machine: `moto_server` from the Python package `moto[server]`. */
import { endGroup, follow, startCommand } from "../command";
import { type Backend, findProgram, freePort, type Service, until } from "./service";

/** The server accepts any credentials. */
const credentials = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test", AWS_REGION: "us-east-1" };

const authorization =
  "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0";

export const s3: Backend = {
  name: "S3",
  async start() {
    const program = findProgram("moto_server");
    if (program === undefined) {
      return "no moto_server here: pip install 'moto[server]'";
    }
    const port = await freePort();
    const server = startCommand(program, ["-H", "127.0.0.1", "-p", String(port)], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    const { output, ended } = follow(server);
    const address = `http://127.0.0.1:${port}`;
    const ask = (path: string, method = "GET", body?: string) =>
      fetch(`${address}${path}`, { method, headers: { authorization }, ...(body !== undefined && { body }) });
    await until(
      () =>
        ask("/").then(
          ({ ok }) => ok,
          () => false,
        ),
      `moto answers\n${output()}`,
    );
    await ask("/power", "PUT");
    const keys = async () => [...(await (await ask("/power?list-type=2")).text()).matchAll(/<Key>([^<]+)<\/Key>/g)];
    let saved = new Map<string, string>();
    return {
      env: { ...credentials, PULUMI_BACKEND_URL: `s3://power?endpoint=${address}&s3ForcePathStyle=true` },
      async dump() {
        const all = (await keys()).map(
          async ([, key]) => [key, await (await ask(`/power/${key}`)).text()] as [string, string],
        );
        saved = new Map(await Promise.all(all));
      },
      async restore() {
        await Promise.all((await keys()).map(([, key]) => ask(`/power/${key}`, "DELETE")));
        if ((await keys()).length > 0) {
          throw new Error("the bucket is not empty");
        }
        await Promise.all([...saved].map(([key, body]) => ask(`/power/${key}`, "PUT", body)));
      },
      async stop() {
        endGroup(server, "SIGINT");
        await ended;
      },
    } satisfies Service;
  },
};
