/** Advice that several errors give. */

/** How the REST API is turned on. */
export const restAdvice =
  'Tick "Allow REST-style API" on the External APIs page of the device\'s web interface' +
  " (for a user who is not the admin also the box that extends it to non-admin users).";
