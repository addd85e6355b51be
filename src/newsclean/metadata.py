import msgspec
class F(msgspec.Struct,frozen=True):
    is_accessible_for_free: bool|None=None
    messages: tuple=()
def fields(*a,**k): return F()
def record_fields(f,b): return {}
