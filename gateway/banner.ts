import type { Config } from './config.ts'
import type { Service } from './service.ts'

/** Returns the lines that `gateway/main.ts` prints: the URLs of the started service. */
export function banner({ only, SMTP_URL }: Config, { publicUrl, port }: Service): string[] {
  const mail = SMTP_URL
    ? `sent through ${new URL(SMTP_URL).host}`
    : 'off. Set SMTP_URL to send notifications.'
  if (only !== null && only !== 'gateway')
    return [
      `Login with IT Complete: the ${only} subgraph listens on port ${port}, for gateways only.`,
      ...(only === 'tenants' ? [`Mail: ${mail}`] : []),
    ]
  return [
    '',
    '  Login with IT Complete is ready.',
    '',
    `  Console      ${publicUrl}/`,
    `  GraphQL      ${publicUrl}/graphql`,
    `  Discovery    ${publicUrl}/.well-known/it-complete-login`,
    `  Health       ${publicUrl}/healthz, ${publicUrl}/readyz`,
    ...(only === null ? [`  Mail         ${mail}`] : []),
    '',
  ]
}
