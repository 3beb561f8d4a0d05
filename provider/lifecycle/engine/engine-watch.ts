/**
 * Whether the engine that started this process still runs. One that is killed tells nobody, and where a shell stands
 * between the two, as for dynamic providers, not even the parent process changes.
 */
import { connect } from "node:http2";

/** Pause before the engine is looked for again, in milliseconds. */
const pauseMilliseconds = 1_000;

/** How many connections in a row it refuses before an engine that was never seen counts as gone. */
const mostRefusals = 5;

/**
 * Calls `gone` once when the engine has gone. It keeps one connection to the engine's own server, without a request on it;
 * the system closes that connection when the engine ends in whatever way. The engine was there when it started this process,
 * so one that refuses every connection was killed right after that; where something else answers, nothing is known of it.
 * Nothing of this keeps the process alive.
 * @param address Host and port of the engine, as it passes them to what it starts.
 */
export function watchEngine(address: string, gone: () => void): void {
  let wasThere = false;
  let refusals = 0;
  const look = () => {
    let isThere = false;
    let isRefused = false;
    const connection = connect(`http://${address}`);
    connection.unref();
    // The first thing that the engine's server says. Anything else that answers at the address is not the engine.
    connection.once("remoteSettings", () => {
      isThere = true;
      wasThere = true;
    });
    // What is wrong with a connection ends it, and that is what counts.
    connection.on("error", (error: NodeJS.ErrnoException) => {
      isRefused = error.code === "ECONNREFUSED";
    });
    connection.once("close", () => {
      refusals += isRefused ? 1 : 0;
      if (wasThere ? !isThere : refusals === mostRefusals) {
        gone();
      } else if (isThere || refusals > 0) {
        setTimeout(look, pauseMilliseconds).unref();
      }
    });
  };
  look();
}
