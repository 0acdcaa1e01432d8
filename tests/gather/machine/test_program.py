from patchtool.core.finding import Location
from patchtool.gather.machine.program import Effect, Kind, Node, Reach, Scope, allowed_runs, assemble

UNHOOK = Effect(Kind.UNHOOK, (1,), function="f", at=Location("a.c", 1))
TLBI = Effect(Kind.TLBI, scope=Scope.ALL, reach=Reach.BROADCAST)
FREE = Effect(Kind.FREE, (1,))


def choice(answer, question="alloc"):
    return Effect(Kind.CHOICE, question=question, answer=answer)


def test_what_follows_alike_is_shared_and_numbered_from_the_root():
    program = assemble([[choice("fail"), UNHOOK, FREE], [choice("ok"), FREE]])
    assert program.nodes == (
        Node(choice("fail"), (("fail", 1), ("ok", 2))),
        Node(UNHOOK, (("", 2),)),
        Node(FREE, (("", 3),)),
        Node(None),
    )


def test_places_and_functions_are_no_part_of_the_id():
    moved = Effect(Kind.UNHOOK, (1,), function="g", at=Location("b.c", 2))
    assert assemble([[moved, FREE]]).id == assemble([[UNHOOK, FREE]]).id
    assert assemble([[FREE, UNHOOK]]).id != assemble([[UNHOOK, FREE]]).id
    assert assemble([[UNHOOK, TLBI]]).id != assemble([[UNHOOK, FREE]]).id


def test_ids_do_not_depend_on_the_process():
    assert assemble([[UNHOOK, TLBI, FREE]]).id == "c7206432e4373d31"


def test_a_choice_that_changes_nothing_is_none():
    assert assemble([[choice("ok"), FREE], [choice("fail"), FREE]]).id == assemble([[FREE]]).id


def test_invalidations_alike_count_once():
    assert assemble([[UNHOOK, TLBI, TLBI, FREE]]).id == assemble([[UNHOOK, TLBI, FREE]]).id
    assert assemble([[TLBI, UNHOOK, TLBI]]).id != assemble([[TLBI, UNHOOK]]).id


def test_runs_are_kept_by_their_answers():
    one, three = choice("1", "batch"), choice("3", "batch")
    runs = [[one, choice("ok")], [one, choice("fail")], [three]]
    assert allowed_runs(runs, {"alloc": frozenset({"ok"})}) == [runs[0], runs[2]]
    assert allowed_runs(runs, {"batch": frozenset({"1"})}) == runs[:2]
    assert allowed_runs(runs, {}) == runs
