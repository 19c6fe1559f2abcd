/** What only a person can look at: entries of `docs/unverified.md`, word for word. */
export const BY_HAND: readonly { readonly what: string; readonly how: string }[] = [
  {
    what: 'Whether half a ticket is accepted when only a number is given and tickets are not required.',
    how: '`entra-pim activate NAME -j test --ticket 1` on a role without the ticket rule.',
  },
  {
    what: 'How long after a deactivation the next activation is refused as existing. 12 seconds were seen for roles, 90 to 117 for Azure.',
    how: 'Deactivate, activate at once: in one AI session, and from a shell.',
  },
  {
    what: 'Code for "a request is waiting already".',
    how: 'Activate something that needs approval, twice.',
  },
  {
    what: 'Code for "not eligible".',
    how: 'Remove the eligibility between `list` and `activate` in one AI session.',
  },
  {
    what: 'How failed rules are listed in the message: `["MfaRule"]`, or `MfaRule - text`.',
    how: 'Post a `selfActivate` without a justification in Graph Explorer.',
  },
  {
    what: 'Whether a request whose connection broke appears in the request list soon, an activation or a deactivation, and with which fields.',
    how: 'Cut the network during an activation, then during a deactivation.',
  },
  {
    what: 'Whether a request that waits for approval may be cancelled. Documented is `Granted` only; two projects cancel waiting ones.',
    how: 'Ask for something that needs approval, then `entra-pim cancel`.',
  },
  {
    what: 'How soon a cancelled request says `Canceled`, where the answer was lost.',
    how: 'Cut the network during a cancellation.',
  },
  {
    what: 'What a decision answers that was made before, beside its status 409.',
    how: 'Decide twice on one request in Graph Explorer.',
  },
  {
    what: 'Whether `User.Read` or a permission to read groups alone suffices for `me/checkMemberGroups`. The documentation names `User.Read`, or pairs.',
    how: 'Ask with each of them alone in Graph Explorer.',
  },
  { what: 'What refreshes programs that hold old tokens.', how: 'Activate; try each of them.' },
  {
    what: 'What a repeated PUT answers, and one that repeats the name of another request.',
    how: 'PUT the same body and name twice; then at another scope.',
  },
  {
    what: "Whether a bare GUID as linked eligibility is taken below the eligibility's scope.",
    how: 'Activate at a resource group with the GUID alone.',
  },
  {
    what: "Whether a resource group can be activated from a management group's eligibility. One project was refused.",
    how: 'PUT it as somebody without other roles.',
  },
  { what: 'Whether a cancellation answers 200 or 204.', how: 'Cancel a scheduled request.' },
  {
    what: 'Which body a decision must have, and whether it may be sent directly. Three sources, three answers.',
    how: 'Decide on a request of a test user.',
  },
  {
    what: 'Whether a request can be read by its name while its PUT is still in work.',
    how: 'Send a PUT with a time limit of 2 seconds, read it every second.',
  },
  {
    what: "Whether the portal's `/batch` answers a single decision at once.",
    how: 'Decide on a request through `/batch`.',
  },
  {
    what: 'Whether approval stages can be read after the decision.',
    how: 'Decide, read the stages again.',
  },
  {
    what: 'Whether `RequestDisallowedByPolicy` is Azure Policy or the demand for MFA.',
    how: 'Activate without MFA; and where a policy denies role assignments.',
  },
  {
    what: 'What mends `MfaRule`. A claims challenge does not come with it.',
    how: 'Sign in without MFA, activate something with the MFA rule: one window, then active.',
  },
  {
    what: 'Form of the challenge for an authentication context: 400 with `claims` in the message.',
    how: 'Activate a role whose settings demand an authentication context and cannot be read: one window, then active.',
  },
  {
    what: 'Continuous access evaluation: 401 with `insufficient_claims`.',
    how: "Revoke the user's sessions, then `entra-pim list`; a window? Then move to a network that a location policy tells apart, and `entra-pim list`: no window.",
  },
  {
    what: 'Whether a token for Azure can carry a context that the person signed in for at Graph moments ago.',
    how: '`activate` one of each with the same context: one window or two?',
  },
  {
    what: 'Whether a context counts only in tokens of clients that declare `cp1`. One project saw it.',
    how: 'Ask for a context without `cp1`, activate with the token.',
  },
  {
    what: "Whether browsers warn when Microsoft's https page posts a form to `http://localhost`.",
    how: '`entra-pim logout`, then `login`, in Chrome, Edge, Firefox and Safari. Any warning?',
  },
  {
    what: 'Whether Entra shows AADSTS errors as readable text on its error page, when asked with `prompt=none`.',
    how: 'Set `AZURE_CLIENT_ID` to a random GUID, then `login`: an explained error, and no browser.',
  },
  {
    what: "Whether a refused consent comes back to the program or stays on Microsoft's page.",
    how: 'Sign in with an app that lacks one consent, as a user who may not consent.',
  },
  {
    what: 'Whether the built-in client gets PIM permissions by ordinary admin consent in every tenant.',
    how: 'Open the admin consent address of the README for the built-in client, then `login` and `whoami`.',
  },
  {
    what: 'Whether a redirect under "Web" shows as AADSTS7000218 when the code is redeemed.',
    how: 'Register `http://localhost` under "Web", then `login`.',
  },
  {
    what: "Whether the Azure CLI's client signs people in for Azure alone, with `http://localhost`.",
    how: 'Without `AZURE_CLIENT_ID`: `entra-pim login --azure`, then `list --type resource`.',
  },
  {
    what: 'Whether `.default` brings what was consented to, and asks for nothing else.',
    how: '`login` with an app whose consents are known: which page shows, and `whoami`?',
  },
  {
    what: "Whether a consent page of Microsoft's comes back where a person may not consent.",
    how: 'As a plain user, with reading consented: `activate` something.',
  },
  {
    what: 'Whether a refresh token got in one tenant serves the others of the same account.',
    how: 'As a guest: `login`, `login --tenant` of the other one; an hour later `list` in both. A window?',
  },
  {
    what: 'National clouds: US Government, DoD, China.',
    how: 'Set `AZURE_CLOUD`, then `login`, `list`.',
  },
  { what: 'Opening the browser on Windows, macOS and WSL.', how: '`login` on each.' },
  {
    what: 'Keyrings of macOS and Windows.',
    how: '`login`, restart, `whoami`: a prompt? "in the keyring"? Again after an update of Node.',
  },
  {
    what: 'Which codes Entra uses where device codes are forbidden, and whether at the page or at the token.',
    how: 'In a tenant with "Block authentication flows": `entra-pim login --auth device-code`.',
  },
  {
    what: 'Whether device codes lose authentication contexts.',
    how: 'Activate a role with an authentication context over SSH.',
  },
  {
    what: "Whether the Azure CLI's tokens may use PIM for Azure resources.",
    how: '`az login`, `ENTRA_PIM_CLIENT_ID` of an app without Azure, `entra-pim list --type resource`.',
  },
  { what: 'File modes on Windows.', how: 'Look at the permissions of the state folder.' },
  {
    what: 'Where clients keep their configuration.',
    how: 'Add the entry, restart, list the tools.',
  },
  {
    what: 'How long clients wait for a call, and whether they show progress.',
    how: 'Call `list_eligible` signed out, and wait before signing in.',
  },
  {
    what: 'Whether clients ask before they call `activate`, `deactivate` and `cancel_request`.',
    how: 'Call them; see whether you are asked.',
  },
];
