/** Random programs on two devices, and people who change things there: nothing is lost that no program declared. */
import { summary, trySequences } from "./seed";

afterAll(() => console.log(summary()));

test(
  "random programs lose nothing when people change devices by hand",
  () => trySequences({ byHand: 6, restarts: 0, struck: 1 }, 250),
  600_000,
);
