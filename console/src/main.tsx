/** Begins the console. */
import './app/fragment.ts'
import './global.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { pageData } from './app/page-data.ts'
import { createConsoleRouter } from './app/router.tsx'
import { createQueryClient } from './app/session.ts'
import { Theme } from './app/theme.tsx'

// Where a sign-in ended; its address holds what was good once.
if (pageData.kind === 'signed-in')
  history.replaceState(null, '', `/t/${pageData.tenantId}/settings`)

const client = createQueryClient()
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <Theme>
        <RouterProvider router={createConsoleRouter()} />
      </Theme>
    </QueryClientProvider>
  </StrictMode>,
)
