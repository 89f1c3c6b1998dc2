"""Words too common to search for, and words that help only beside others; accents folded. Our own lists."""

_FRENCH = """
a ai ait alors as au aucun aura aurai auront aussi autre aux avais avait avec avez avoir
avons bien c ca car ce cela celle celles celui ces cet cette ceux chez ci comme comment d dans de
depuis des donc dont du elle elles en encore entre es est et etaient etait ete etes etre eu eux
faire fais faisons fait faites font fut ici il ils j je l la le les leur leurs lors lui m ma mais me
meme mes moi mon n ne ni nos notre nous on ont or ou par parce pas pendant peut peux plus pour
pouvez puis puisque puisse qu que quel quelle quelles quels qui quoi s sa sans se sera serai
seraient serait serez ses si sinon soit son sont sous suis sur t ta te tel telle tes toi ton tous
tout toute toutes tres tu un une va vais vers veut voici voila vos votre vous vraiment y
"""

_ENGLISH = """
a about am an and are as at be because been being but by ca can cannot cant could couldnt d did
didnt do does doesnt doing dont down for from get gets getting got had has hasnt have having he her
here hers him his how i if in into is isnt it its just let ll m may me might mine more most must my
no nor not of off on onto or our ours out over please re really s shall she should so some such t
than that the their theirs them then there these they thing things this those through to under
until up us ve very was wasnt we were what where which while who whom whose will with wo wont would
you your yours
"""

STOP_WORDS = {"fr": frozenset(_FRENCH.split()), "en": frozenset(_ENGLISH.split())}

# They tell some questions apart (why, when, how many) and yet no document is missed for want of them.
_WEAK = """
any beaucoup boite chose combien company entreprise gens many moment much often people person personne
personnes pourquoi quand quelqu societe somebody someone souvent too trop when why
"""

WEAK_WORDS = frozenset(_WEAK.split())
