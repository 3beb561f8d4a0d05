import * as dli from "pulumi-dli";

/** Users other than the admin may use the REST-style API for their outlets. */
new dli.RestApi("rest", { allowNonAdmin: true });
