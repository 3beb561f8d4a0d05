/** A PostgreSQL server in a folder, from Debian's package `postgresql` or from PATH. */
import { chmodSync, chownSync, mkdirSync, readdirSync } from "node:fs";
import path from "node:path";
import { endGroup, follow, startCommand } from "../command";
import { type Backend, findProgram, freePort, must, type Service, until } from "./service";

const debian = "/usr/lib/postgresql";

export const postgresql: Backend = {
  name: "PostgreSQL",
  async start(folder) {
    const versions = existingFolders(debian).map((version) => path.join(debian, version, "bin"));
    const programs = ["initdb", "postgres", "psql", "pg_dump"].map((name) => findProgram(name, versions));
    const missing = programs.indexOf(undefined);
    if (missing >= 0) {
      return "no PostgreSQL here: apt-get install postgresql";
    }
    const [initdb, postgres, psql, dump] = programs as [string, string, string, string];
    return startServer(folder, { initdb, postgres, psql, dump });
  },
};

async function startServer(folder: string, programs: Record<"initdb" | "postgres" | "psql" | "dump", string>) {
  const data = path.join(folder, "data");
  mkdirSync(data);
  const asServer = await otherUser(folder, data);
  const [first, ...rest] = [...asServer, programs.initdb, "-D", data, "-A", "trust", "-U", "pulumi"];
  await must(first as string, rest);
  const port = await freePort();
  const settings = ["-D", data, "-h", "127.0.0.1", "-p", String(port), "-k", data, "-c", "fsync=off"];
  const [program, ...args] = [...asServer, programs.postgres, ...settings];
  const server = startCommand(program as string, args, { stdio: ["ignore", "pipe", "pipe"] });
  const { output, ended } = follow(server);
  const login = ["-h", "127.0.0.1", "-p", String(port), "-U", "pulumi"];
  const sql = (database: string, ...more: string[]) => must(programs.psql, [...login, "-d", database, "-q", ...more]);
  await until(() => sql("postgres", "-c", "SELECT 1").then(...answers), `PostgreSQL answers\n${output()}`);
  await sql("postgres", "-c", "CREATE DATABASE power");
  const saved = path.join(folder, "power.sql");
  return {
    env: { PULUMI_BACKEND_URL: `postgres://pulumi@127.0.0.1:${port}/power?sslmode=disable` },
    async dump() {
      await must(programs.dump, [...login, "-f", saved, "power"]);
    },
    async restore() {
      await sql("postgres", "-c", "DROP DATABASE power WITH (FORCE)");
      await sql("postgres", "-c", "CREATE DATABASE power");
      await sql("power", "-v", "ON_ERROR_STOP=1", "-f", saved);
    },
    async stop() {
      endGroup(server, "SIGINT");
      await ended;
    },
  } satisfies Service;
}

const answers = [() => true, () => false] as const;

/** The command prefix that switches from root, as which the server refuses to run, to Debian's account `postgres`. */
async function otherUser(folder: string, data: string): Promise<string[]> {
  if (process.getuid?.() !== 0) {
    return [];
  }
  const [uid, gid] = await Promise.all(["-u", "-g"].map(async (flag) => Number(await must("id", [flag, "postgres"]))));
  chmodSync(folder, 0o711);
  chownSync(data, uid as number, gid as number);
  return ["setpriv", `--reuid=${uid}`, `--regid=${gid}`, "--clear-groups", "--"];
}

function existingFolders(folder: string): string[] {
  try {
    return readdirSync(folder).sort((one, other) => Number(other) - Number(one));
  } catch {
    return [];
  }
}
