#!/usr/bin/env node
/** The program behind `npm run simulator`. */
import { simulatorCommand } from "./command";

simulatorCommand()
  .parseAsync()
  .catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
