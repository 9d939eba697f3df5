/** Words without a subject of their own, folded (lower case, no accents): the small words, and those of every letter to a support desk. */
const english = `
a about above after again against ago all almost already also always am an and any anyone anything are aren around as at away back be
because been before being below between both but by came can cannot come could couldn day days dear did didn do does doesn doing don done
down during each either else even ever every everything few find first for from further get gets getting give given go goes going gone good
got had hadn has hasn have haven having he hello help helped her here hers hi him his how however i if in instead into is isn it its itself
just keep know last least less let like ll look made make many may maybe me might mine more most much must my myself need needs neither
never new no nobody none nor not nothing now of off often ok okay on once one only or other our ours out over own per please possible
quite rather re really regards said same say see seem seems shall she should shouldn simply since so some someone something still such sure
take tell than thank thanks that the their theirs them then there these they thing things think this those though through till time times
to today together tomorrow too took tried try trying two under until up upon us use used using ve very via want wanted was wasn way we
well went were weren what when where whether which while who whom whose why will wish with within without won would wouldn yes yesterday
yet you your yours yourself
`

const french = `
a ai aie aient ainsi alors apres as assez au aucun aucune aujourd auparavant aura aurait aussi autre autres aux avait avant avec avez avoir
avons beaucoup bien bonjour bonsoir bref c car ce ceci cela celle celles celui cependant certain ces cet cette ceux chaque chez ci comme
comment cordialement d dans de deja depuis des deux devant dire dis dit dois doit donc dont du durant elle elles en encore enfin ensuite
entre envers es est et etaient etait ete etes etre eu eux fais fait faire faut fois font hier hui ici il ils j jamais je jour jours jusqu
jusque l la laquelle le lequel les lesquels leur leurs lors lorsque lui m ma madame mais malgre me meme memes merci mes mien moi moins
mon monsieur n ne ni non nos notre nous on ont ou par parce parfois pas peu peut peux pendant personne peuvent plus plusieurs plutot pour
pourquoi pourrait pouvez pres presque puis puisque qu quand que quel quelle quelles quelqu quelque quels qui quoi rien s sa sais salut
sans sauf se selon sera serait ses seulement si sien soit sommes son sont sous souvent suis sur svp t ta tant te tel telle tellement tes
toi ton toujours tous tout toute toutes tres trop tu un une va vais vers veuillez veut veux voici voila voir vont vos votre voudrais vous
vraiment y
`

export const stopWords: ReadonlySet<string> = new Set(`${english} ${french}`.trim().split(/\s+/))
