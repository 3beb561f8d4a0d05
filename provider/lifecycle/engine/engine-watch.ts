/**
 * Notices when the engine that started this process is gone. A killed engine tells nobody, and with a shell in between,
 * as for dynamic providers, not even the parent process changes.
 */
import { connect } from "node:http2";

/** Pause between two attempts to reach the engine, in milliseconds. */
const pauseMilliseconds = 1_000;

/** Refused connections after which an engine that was never seen is taken to be gone. */
const mostRefusals = 5;

/**
 * Calls `gone` once when the engine has gone. It keeps one connection to the engine's own server, without sending a
 * request; the system closes that connection however the engine ends. The engine was running when it started this
 * process, so one that refuses every connection was killed right afterwards; if something else answers, nothing is
 * known about the engine. None of this keeps the process alive.
 * @param address Host and port of the engine, as it passes them to the processes that it starts.
 */
export function watchEngine(address: string, gone: () => void): void {
  let wasThere = false;
  let refusals = 0;
  const look = () => {
    let isThere = false;
    let isRefused = false;
    const connection = connect(`http://${address}`);
    connection.unref();
    // The first thing that the engine's server sends. Anything at the address that answers otherwise is not the engine.
    connection.once("remoteSettings", () => {
      isThere = true;
      wasThere = true;
    });
    // An error also closes the connection, and the close is what matters.
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
