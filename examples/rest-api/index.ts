/** Lets users other than the admin use the REST-style API for their outlets. */
import * as dli from "pulumi-dli";

new dli.RestApi("rest", { allowNonAdmin: true });
