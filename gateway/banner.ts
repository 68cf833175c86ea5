/** Texts that `gateway/main.ts` prints: the usage, and the URLs of the started service. */
import { type Config, parts } from './config.ts'
import type { Service } from './service.ts'

export const usage = `Usage: node gateway/main.ts [--only=${parts.join('|')}]

Serves the gateway and all subgraphs in one process. With --only, serves one of them over HTTP.
Settings come from the environment and from .env; .env.example explains them.`

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
