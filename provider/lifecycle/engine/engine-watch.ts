/**
 * Whether the engine that started this process still runs. One that is killed tells nobody, and where a shell stands
 * between the two, as for dynamic providers, not even the parent process changes.
 */
import { connect } from "node:http2";

/** Pause before the engine is looked for again, in milliseconds. */
const pauseMilliseconds = 1_000;

/**
 * Calls `gone` once when an engine that was there has gone. It keeps one connection to the engine's own server,
 * without a request on it; the system closes that connection when the engine ends in whatever way. An engine that was
 * never reached is not watched, and nothing of this keeps the process alive.
 * @param address Host and port of the engine, as it passes them to what it starts.
 */
export function watchEngine(address: string, gone: () => void): void {
  let wasThere = false;
  const look = () => {
    let isThere = false;
    const connection = connect(`http://${address}`);
    connection.unref();
    // The first thing that the engine's server says. Anything else that answers at the address is not the engine.
    connection.once("remoteSettings", () => {
      isThere = true;
      wasThere = true;
    });
    // What is wrong with a connection ends it, and that is what counts.
    connection.on("error", () => undefined);
    connection.once("close", () => {
      if (isThere) {
        setTimeout(look, pauseMilliseconds).unref();
      } else if (wasThere) {
        gone();
      }
    });
  };
  look();
}
