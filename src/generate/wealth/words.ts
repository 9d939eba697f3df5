import type { Share } from '../draw.ts'

/** Towns are a surname with one of these: nobody lives there. */
export const townEndings = ['bury', 'port', 'ton', 'ville', 'haven', 'field', 'view', 'mouth'] as const
export const townBeginnings = ['', '', '', 'North ', 'South ', 'East ', 'West ', 'Lake ', 'New ', 'Port '] as const

/** States by their share of the customers in percent; the others share what is left. */
const largeStates: Record<string, number> = { CA: 11, TX: 9, FL: 7, NY: 6, PA: 4, IL: 4, OH: 3, GA: 3, NC: 3, MI: 3 }
const smallStates =
  'AK AL AR AZ CO CT DE HI IA ID IN KS KY LA MA MD ME MN MO MS MT ND NE NH NJ NM NV OK OR RI SC SD TN UT VA VT WA WI WV WY'

export const states: readonly string[] = [
  ...Object.entries(largeStates).flatMap(([state, share]) => Array<string>(share).fill(state)),
  ...smallStates.split(' '),
]

/**
 * Phone numbers as people write them: `A` is an area, `L` the last four digits, `X` an extension. 555-01xx belongs to nobody.
 */
export const phoneForms = [
  'A.555.L',
  'A-555-L',
  'A555L',
  '(A)555-L',
  '+1-A-555-L',
  '001-A-555-L',
  'A.555.LxX',
  'A-555-LxX',
  '(A)555-LxX',
  '+1-A-555-LxX',
  '001-A-555-LxX',
  'A 555 L',
  '1 A 555 L ext. X',
] as const

export const channels: readonly Share[] = [
  { word: 'Phone', share: 32 },
  { word: 'In-person', share: 30 },
  { word: 'Chat', share: 10 },
  { word: 'Mobile App', share: 10 },
  { word: 'Email', share: 9 },
  { word: 'Web', share: 9 },
]

export const openingChannels: readonly Share[] = [
  { word: 'Phone', share: 35 },
  { word: 'In-person', share: 32 },
  { word: 'Mobile App', share: 17 },
  { word: 'Web', share: 16 },
]

export const reasons = [
  'Password Reset',
  'Fee Inquiry',
  'Statement Request',
  'Transaction Issue',
  'Investment Advice',
  'Account Inquiry',
  'Complaint',
  'Technical Support',
  'Market Information',
] as const

export const actions = [
  'Login',
  'View Balance',
  'Download Statement',
  'Modify Investment',
  'Research Product',
  'Use Planning Tool',
  'Complete Survey',
  'Contact Support',
  'Update Profile',
  'Watch Educational Video',
] as const

export const grades = ['Junior', 'Associate', 'Senior', 'Expert', 'Master'] as const

/** Why someone leaves, by what stands behind it. */
export const leavingReasons = {
  service: [
    { word: 'Service Issue', share: 70 },
    { word: 'Advisor Change', share: 12 },
    { word: 'Product Dissatisfaction', share: 10 },
    { word: 'Competitor Offering', share: 8 },
  ],
  fees: [
    { word: 'Fee Concerns', share: 60 },
    { word: 'Competitor Offering', share: 20 },
    { word: 'Poor Performance', share: 20 },
  ],
  other: [
    { word: 'Relocation', share: 20 },
    { word: 'Life Event', share: 20 },
    { word: 'Financial Hardship', share: 20 },
    { word: 'Poor Performance', share: 20 },
    { word: 'Competitor Offering', share: 20 },
  ],
} as const satisfies Record<string, readonly Share[]>
