/**
 * Settings of this shell that the AI client's process will need as well. None is a secret: they are
 * handed on and shown. Proxies, which may hold one, are left to the person.
 */
export const PLAIN_VARIABLES: readonly string[] = [
  'AZURE_TENANT_ID',
  'AZURE_CLIENT_ID',
  'ENTRA_PIM_TENANT_ID',
  'ENTRA_PIM_CLIENT_ID',
  'ENTRA_PIM_AZURE_CLIENT_ID',
  'ENTRA_PIM_DEFAULT_DURATION',
  'ENTRA_PIM_ACCOUNT',
  'ENTRA_PIM_RESPONSE_MODE',
  'ENTRA_PIM_TOKEN_STORE',
  'ENTRA_PIM_AUTH',
  'ENTRA_PIM_STATE_DIR',
  'AZURE_CLOUD',
  'AZURE_AUTHORITY_HOST',
  'ENTRA_PIM_GRAPH_URL',
  'ENTRA_PIM_ARM_URL',
];
