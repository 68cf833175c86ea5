/** Entry point of the console. */
import './app/handoff-code.ts'
import './global.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { pageData } from './app/page-data.ts'
import { readRememberedPage } from './app/return-page.ts'
import { createConsoleRouter } from './app/router.tsx'
import { createQueryClient } from './app/session.ts'
import { Theme } from './app/theme.tsx'

// Replaces the URL after a sign-in with Microsoft, because the URL contains a single-use code.
if (pageData.kind === 'signed-in')
  history.replaceState(
    null,
    '',
    readRememberedPage(pageData.tenantId) ?? `/t/${pageData.tenantId}/settings`,
  )

const client = createQueryClient()
const root = document.getElementById('root')
if (!root) throw new Error('index.html must contain an element with the id "root".')
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <Theme>
        <RouterProvider router={createConsoleRouter()} />
      </Theme>
    </QueryClientProvider>
  </StrictMode>,
)
