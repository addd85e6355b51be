import numpy as np, msgspec
from newsclean.document import PageKind
class BodyScores(msgspec.Struct, frozen=True):
    probabilities: np.ndarray
    page_probability: float
    kind: PageKind = PageKind.ARTICLE
def score_html(layout,hints):
    p=[]
    for b in layout.blocks:
        ld=b.link_chars/len(b.text)
        p.append(0.9 if len(b.text.split())>12 and ld<.3 and b.text[-1] in '.?!"”' else .1)
    return BodyScores(np.array(p),.9)
def score_text(layout): return score_html(layout,None)
