import { passwordPercent } from './plants.ts'

/** What customers write about one topic in one language: any subject goes with any opening, detail and end. */
interface Texts {
  subjects: readonly string[]
  openings: readonly string[]
  details: readonly string[]
}

/** A topic of contacts. */
export interface Topic {
  /** The reason, as the source names it. */
  reason: string
  team: string
  /** Percent of the usual contacts. */
  share: number
  en: Texts
  fr: Texts
}

/** The usual topics first; the outage has no usual share, and the login by code rises in one market. */
export const topics: readonly Topic[] = [
  {
    reason: 'Password reset',
    team: 'Accounts',
    share: passwordPercent,
    en: {
      subjects: ['Password reset', 'Forgot my password', 'Reset my password please', 'I forgot my password'],
      openings: [
        'I forgot my password and cannot log in.',
        'I have forgotten my password and I cannot log in.',
        'I forgot my password and can not log in any more.',
      ],
      details: ['Please send me a link to reset it.', 'Please send a reset link.', 'How do I reset it?'],
    },
    fr: {
      subjects: ['Mot de passe oublié', "J'ai oublié mon mot de passe", 'Réinitialiser le mot de passe'],
      openings: [
        "J'ai oublié mon mot de passe et je ne peux plus me connecter.",
        'Mot de passe oublié, je ne peux pas me connecter.',
      ],
      details: ["Merci de m'envoyer un lien pour le réinitialiser.", 'Comment le réinitialiser ?'],
    },
  },
  {
    reason: 'Refund',
    team: 'Billing',
    share: 10,
    en: {
      subjects: ['Refund not received', 'Where is my refund?', 'Refund for cancelled order', 'Money back'],
      openings: [
        'I cancelled two weeks ago and the refund has not arrived.',
        'The refund that was promised to me is missing.',
        'You charged me twice and I want my money back.',
      ],
      details: [
        'My bank sees no transfer from you.',
        'The amount on the credit note is too small.',
        'The last agent said that it had been paid out.',
      ],
    },
    fr: {
      subjects: ['Remboursement non reçu', 'Où est mon remboursement ?', 'Demande de remboursement'],
      openings: [
        "J'ai résilié il y a deux semaines et le remboursement n'est pas arrivé.",
        'Vous avez prélevé deux fois la même somme.',
      ],
      details: ['Ma banque ne voit aucun virement de votre part.', "Le montant de l'avoir est trop faible."],
    },
  },
  {
    reason: 'Invoice',
    team: 'Billing',
    share: 18,
    en: {
      subjects: ['Question about my invoice', 'Invoice too high', 'Wrong address on invoice', 'Missing invoice'],
      openings: [
        'The invoice of this month is higher than the one before.',
        'I cannot find the invoice for last month in my account.',
        'The address on the invoice is an old one.',
      ],
      details: [
        'Can you explain the extra line on it?',
        'My accountant needs a copy as a PDF.',
        'Please correct it and send it again.',
      ],
    },
    fr: {
      subjects: ['Question sur ma facture', 'Facture trop élevée', 'Facture manquante'],
      openings: [
        'La facture de ce mois est plus élevée que la précédente.',
        'Je ne trouve pas la facture du mois dernier dans mon compte.',
      ],
      details: ["Pouvez-vous m'expliquer la ligne supplémentaire ?", 'Mon comptable a besoin du PDF.'],
    },
  },
  {
    reason: 'Slow connection',
    team: 'Technical',
    share: 20,
    en: {
      subjects: ['Internet very slow', 'Slow connection in the evening', 'Speed is too low', 'Video keeps stopping'],
      openings: [
        'The connection has been very slow since the weekend.',
        'The speed is far below what I pay for.',
        'Video calls break up every few minutes.',
      ],
      details: [
        'A test shows six megabits instead of one hundred.',
        'I restarted the router and nothing changed.',
        'It is worst between eight and ten in the evening.',
      ],
    },
    fr: {
      subjects: ['Connexion très lente', 'Débit trop faible', 'Lenteurs le soir'],
      openings: ['La connexion est très lente depuis le week-end.', 'Le débit est bien inférieur à mon offre.'],
      details: ["J'ai redémarré la box sans résultat.", 'Le test affiche six mégabits au lieu de cent.'],
    },
  },
  {
    reason: 'Installation',
    team: 'Technical',
    share: 14,
    en: {
      subjects: ['Technician did not come', 'Router installation', 'New appointment for installation'],
      openings: [
        'The technician did not come to the appointment.',
        'The router blinks red after the installation.',
        'I need another date for the installation.',
      ],
      details: ['I took a day off for it.', 'The cable in the box does not fit.', 'Mornings suit me best.'],
    },
    fr: {
      subjects: ['Technicien absent', 'Installation de la box', 'Nouveau rendez-vous'],
      openings: ["Le technicien n'est pas venu au rendez-vous.", "La box clignote en rouge après l'installation."],
      details: ["J'avais pris un jour de congé.", 'Le câble fourni ne convient pas.'],
    },
  },
  {
    reason: 'Contract change',
    team: 'Accounts',
    share: 14,
    en: {
      subjects: ['Change of plan', 'Moving house', 'Change contract holder', 'Upgrade to a bigger plan'],
      openings: [
        'I would like to change to a bigger plan.',
        'We are moving house next month.',
        'The contract should be in the name of my partner.',
      ],
      details: [
        'What does it cost and when does it begin?',
        'Can we keep the phone number?',
        'Which papers do you need from us?',
      ],
    },
    fr: {
      subjects: ["Changement d'offre", 'Déménagement', 'Changement de titulaire'],
      openings: ["Je souhaite passer à l'offre supérieure.", 'Nous déménageons le mois prochain.'],
      details: ['Quel est le prix et à partir de quand ?', 'Pouvons-nous garder le numéro ?'],
    },
  },
  {
    reason: 'Delivery',
    team: 'Logistics',
    share: 14,
    en: {
      subjects: ['Parcel not delivered', 'Router has not arrived', 'Wrong device delivered'],
      openings: [
        'The parcel with the router has not arrived.',
        'Tracking has not moved for five days.',
        'You sent me the wrong device.',
      ],
      details: [
        'The courier says that the address is incomplete.',
        'Can I collect it in a shop?',
        'Please send another.',
      ],
    },
    fr: {
      subjects: ['Colis non livré', 'Box non reçue', 'Mauvais appareil livré'],
      openings: ["Le colis avec la box n'est pas arrivé.", "Le suivi n'a pas bougé depuis cinq jours."],
      details: ["Le livreur dit que l'adresse est incomplète.", 'Puis-je le retirer en boutique ?'],
    },
  },
  {
    reason: 'Login code',
    team: 'Accounts',
    share: 2,
    en: {
      subjects: ['No login code by text message', 'Verification code does not arrive', 'Two-factor code missing'],
      openings: [
        'The verification code never arrives on my phone.',
        'Since the update the app asks for a code that does not come.',
        'The six digits of the code are refused.',
      ],
      details: ['I asked for it five times.', 'My number is right in the profile.', 'Only the app is concerned.'],
    },
    fr: {
      subjects: ['Code de connexion non reçu', 'Code de vérification absent'],
      openings: ["Le code de vérification n'arrive jamais.", "L'application demande un code que je ne reçois pas."],
      details: ['Je l’ai demandé cinq fois.', 'Mon numéro est correct dans le profil.'],
    },
  },
  {
    reason: 'Service outage',
    team: 'Technical',
    share: 0,
    en: {
      subjects: ['No service at all', 'Everything is down', 'Outage in my area', 'Network down'],
      openings: [
        'Nothing has worked here since this morning.',
        'Neither internet nor telephone works.',
        'The whole street is without service.',
      ],
      details: ['When will it be repaired?', 'Is there an outage in my area?', 'I work from home and need it back.'],
    },
    fr: {
      subjects: ['Plus aucun service', 'Panne générale', 'Panne dans mon quartier'],
      openings: ['Plus rien ne fonctionne depuis ce matin.', 'Ni internet ni téléphone ne fonctionnent.'],
      details: ['Quand sera-ce réparé ?', 'Y a-t-il une panne dans mon quartier ?'],
    },
  },
]

export const topicAt = (reason: string): number => topics.findIndex((topic) => topic.reason === reason)

export const ends = {
  en: ['Thank you.', 'Kind regards', 'Please answer soon.', 'Thanks in advance!', ''],
  fr: ['Merci.', 'Cordialement', "Merci d'avance.", ''],
} as const

/** What is said with a score, by what went wrong. */
export const comments = {
  en: {
    unresolved: ['My problem is still not solved.', 'Nobody solved it.', 'Still waiting for a solution.'],
    reopened: ['It came back after two days.', 'I had to ask again and again.', 'Solved only at the second attempt.'],
    late: ['I waited far too long for an answer.', 'The answer came much too late.', 'More than a day without a word.'],
    bad: ['Not helpful.', 'I expected more.', 'The answer did not fit my question.'],
    fair: ['It was all right.', 'Average.', 'Fine in the end.'],
    good: ['Quick and friendly, thank you.', 'Very helpful.', 'Solved at once, great service.', 'Perfect.'],
  },
  fr: {
    unresolved: ["Mon problème n'est toujours pas résolu.", "Personne n'a trouvé de solution."],
    reopened: ['Le problème est revenu après deux jours.', "J'ai dû relancer plusieurs fois."],
    late: ["J'ai attendu beaucoup trop longtemps.", 'La réponse est arrivée bien trop tard.'],
    bad: ['Pas utile.', "J'attendais mieux."],
    fair: ['Correct.', 'Moyen.'],
    good: ['Rapide et aimable, merci.', 'Très utile.', 'Parfait.'],
  },
} as const

/** Why someone leaves, as they say it: after trouble and without. */
export const leavingReasons = {
  trouble: [
    { word: 'Service', share: 55 },
    { word: 'Competitor', share: 20 },
    { word: 'Price', share: 10 },
    { word: 'Not stated', share: 15 },
  ],
  none: [
    { word: 'Service', share: 6 },
    { word: 'Competitor', share: 26 },
    { word: 'Price', share: 28 },
    { word: 'Moved', share: 20 },
    { word: 'Not stated', share: 20 },
  ],
} as const
