/** Invented people: nobody's list, and addresses only under the domains that are reserved for examples. */
export const firstNames = [
  'Ada',
  'Amir',
  'Anouk',
  'Arlo',
  'Beatriz',
  'Bram',
  'Calla',
  'Cedric',
  'Chidi',
  'Dalia',
  'Darius',
  'Edda',
  'Elio',
  'Esme',
  'Farid',
  'Fenna',
  'Gideon',
  'Greta',
  'Hanneke',
  'Hugo',
  'Ilse',
  'Imran',
  'Ines',
  'Jonas',
  'Juno',
  'Kaito',
  'Katya',
  'Lars',
  'Leila',
  'Lorenzo',
  'Maeve',
  'Malik',
  'Mara',
  'Mateo',
  'Nadia',
  'Niels',
  'Noor',
  'Oksana',
  'Omar',
  'Orla',
  'Paolo',
  'Petra',
  'Quentin',
  'Rania',
  'Remy',
  'Rosa',
  'Sanjay',
  'Selma',
  'Soren',
  'Tamsin',
  'Teo',
  'Thandi',
  'Ulla',
  'Viktor',
  'Wanda',
  'Xenia',
  'Yara',
  'Yusuf',
  'Zelda',
  'Zoltan',
] as const

export const lastNames = [
  'Abelard',
  'Achterberg',
  'Adeyemi',
  'Alcott',
  'Arbour',
  'Bachmann',
  'Barlow',
  'Bellweather',
  'Birch',
  'Bosman',
  'Brandvold',
  'Calloway',
  'Castellan',
  'Chandra',
  'Corrigan',
  'Dahlgren',
  'Delacourt',
  'Dunmore',
  'Eberhart',
  'Elwood',
  'Esposito',
  'Fairbairn',
  'Ferrante',
  'Fjeld',
  'Galbraith',
  'Garrow',
  'Grunwald',
  'Hadley',
  'Halvorsen',
  'Hirano',
  'Holloway',
  'Ibarra',
  'Iversen',
  'Jablonski',
  'Jardine',
  'Kessler',
  'Kowalczyk',
  'Lachance',
  'Lindqvist',
  'Loxley',
  'Macready',
  'Marchetti',
  'Mbeki',
  'Merriweather',
  'Nakagawa',
  'Nordheim',
  'Oakhurst',
  'Okonkwo',
  'Ottaway',
  'Palgrave',
  'Pellerin',
  'Pryce',
  'Quigley',
  'Ravenel',
  'Renshaw',
  'Rosewell',
  'Salonen',
  'Santoro',
  'Sheffield',
  'Sorensen',
  'Tallis',
  'Thackeray',
  'Trevelyan',
  'Uddin',
  'Underhill',
  'Valcourt',
  'Vermeer',
  'Wakefield',
  'Westergaard',
  'Whitlock',
  'Wolfram',
  'Yamamoto',
  'Yardley',
  'Zabala',
  'Zielinski',
  'Zuniga',
  'Ashdown',
  'Briarley',
  'Coldwell',
  'Drummond',
] as const

export const domains = ['example.com', 'example.org', 'example.net'] as const

const brands = ['Halden', 'Norvik', 'Calderon', 'Tessaly', 'Brightmoor', 'Quillon'] as const
const categories = ['Router', 'Phone', 'Laptop', 'Camera', 'Headset', 'Office Suite', 'Smart TV'] as const

/** Forty-two invented products: hardware, software and telephony, as the study's company sells. */
export const products = brands.flatMap((brand) =>
  categories.map((category) => ({ name: `${brand} ${category}`, brand, category })),
)

/** The source's sixteen subjects, each with two openings of our own. Every description names the product by placeholder. */
export const subjects: { word: string; openings: readonly [string, string] }[] = [
  {
    word: 'Refund request',
    openings: [
      'I sent my {product_purchased} back two weeks ago and the money has not arrived.',
      'The {product_purchased} is not what was described, and I would like my money back.',
    ],
  },
  {
    word: 'Software bug',
    openings: [
      'Since the last update my {product_purchased} closes by itself and shows {error_message}.',
      'A menu of the {product_purchased} stays empty, whatever I choose.',
    ],
  },
  {
    word: 'Product compatibility',
    openings: [
      'Does the {product_purchased} work with the older model that I already own?',
      'My {product_purchased} refuses to talk to the rest of my devices.',
    ],
  },
  {
    word: 'Delivery problem',
    openings: [
      'The parcel with my {product_purchased} is marked as delivered, but nothing came.',
      'My {product_purchased} arrived in a torn box with a part missing.',
    ],
  },
  {
    word: 'Hardware issue',
    openings: [
      'The power button of my {product_purchased} sticks and sometimes does nothing.',
      'My {product_purchased} gets so hot that I can hardly touch it.',
    ],
  },
  {
    word: 'Battery life',
    openings: [
      'A full charge of my {product_purchased} is gone before noon.',
      'My {product_purchased} stops at forty percent as if it were empty.',
    ],
  },
  {
    word: 'Network problem',
    openings: [
      'My {product_purchased} loses the connection every evening around eight.',
      'The {product_purchased} finds the network but never gets an address.',
    ],
  },
  {
    word: 'Installation support',
    openings: [
      'The installer of the {product_purchased} stops at the third step.',
      'I have no idea which cable of the {product_purchased} goes where.',
    ],
  },
  {
    word: 'Product setup',
    openings: [
      'I cannot finish the first set-up of my {product_purchased}.',
      'The {product_purchased} asks for a code during set-up that I never received.',
    ],
  },
  {
    word: 'Payment issue',
    openings: [
      'My card was charged twice for one {product_purchased}.',
      'The payment for my {product_purchased} was refused although there is enough money in the account.',
    ],
  },
  {
    word: 'Product recommendation',
    openings: [
      'Is the {product_purchased} a good choice for a family of five?',
      'Which {product_purchased} would you suggest for a small office, and why?',
    ],
  },
  {
    word: 'Account access',
    openings: [
      'I am locked out of the account of my {product_purchased} and the reset mail never comes.',
      'The {product_purchased} says "unknown user" although I signed in yesterday.',
    ],
  },
  {
    word: 'Peripheral compatibility',
    openings: [
      'My printer is invisible to the {product_purchased}.',
      'The {product_purchased} does not see the keyboard that I plugged in.',
    ],
  },
  {
    word: 'Data loss',
    openings: [
      'After a restart all my pictures on the {product_purchased} were gone.',
      'The {product_purchased} overwrote a folder that I still need.',
    ],
  },
  {
    word: 'Cancellation request',
    openings: [
      'Please cancel my order for the {product_purchased} before it is sent.',
      'I want to end the contract for my {product_purchased} at the next date.',
    ],
  },
  {
    word: 'Display issue',
    openings: [
      'A green line runs across the screen of my {product_purchased}.',
      'The picture of my {product_purchased} flickers as soon as it is dark.',
    ],
  },
]

export const details = [
  'I have tried another socket, another cable and another room.',
  'It began on a Sunday, and it happens about three times a day.',
  'A friend has the same {product_purchased}, and hers is fine.',
  'The manual says nothing about it, nor does your website.',
  'I wrote last week already, and the answer was "please wait".',
  'The number on the back is {product_id}, in case you need it.',
  'I need it for work, so every day without it costs me money.',
  'A restart helps for an hour, then it is back.',
  'Your colleague was friendly, but nothing has changed since.',
  'I am attaching the receipt, the serial number and two pictures.',
  'It is not urgent, but I would like to understand what happens.',
  'The shop sent me to you, and you sent me to the shop.',
  'I have read what others write about it, and none of it helps.',
  'Before that, the {product_purchased} ran for a year without a single fault.',
  'My whole family uses it, so please do not take too long.',
] as const

export const closings = [
  'Thank you in advance for looking into it.',
  'What should I try next with the {product_purchased}?',
  'Please call me in the morning, I am at work in the afternoon.',
  'If it cannot be repaired, please replace it.',
  'I look forward to your answer.',
  'Can you tell me how long this will take?',
  'Please send me a confirmation by mail.',
  'I would be glad if this could be settled this week.',
  'Is my {product_purchased} still under guarantee?',
  'Otherwise I am happy with it, really.',
] as const

/** Between two parts of a description: half of them break the line. */
export const breaks = [' ', ' ', '\n\n', '\n'] as const

export const answers = [
  'Explained the settings step by step; works now.',
  'Sent a replacement and a label for the return.',
  'Refunded in full to the card that was used.',
  'Updated the software from afar and tested it together.',
  'Reset the account, new sign-in link sent.',
  'Passed to the workshop; the customer was told the date.',
  'Found the parcel at the depot, delivered the next day.',
  'Cancelled as asked, confirmation sent by mail.',
  'Sent the guide, and a saved reply for the next question.',
  'Credited the second charge and apologised.',
] as const

export const states = [
  'CA',
  'TX',
  'FL',
  'NY',
  'PA',
  'IL',
  'OH',
  'GA',
  'NC',
  'MI',
  'NJ',
  'VA',
  'WA',
  'AZ',
  'MA',
] as const

/** Where a contact of a channel came in. */
export const channelSources: Record<string, readonly [string, string]> = {
  Email: ['help@company.example', 'billing@company.example'],
  Chat: ['web shop widget', 'mobile app'],
  Phone: ['+1 555 0100', '+1 555 0101'],
  'Social media': ['direct message', 'public post'],
}
