/** Random programs on two devices that people change by hand: nothing that no program declares is lost. */
import { summary, trySequences } from "./seed";

afterAll(() => console.log(summary()));

test(
  "random programs lose nothing when people change devices by hand",
  () => trySequences({ byHand: 6, restarts: 0, struck: 1 }, 250),
  600_000,
);
