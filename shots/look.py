import os,sys,time,subprocess,tempfile
sys.path.insert(0,"tests/support")
os.environ["TOPDOG_PROGRAM"]=os.path.abspath("build/src/app/topdog")
import display_test
from topdog_driver import App, action, keys
from display_test import World, audit
home=tempfile.mkdtemp()
w=World(home,"look")
env=dict(os.environ,**w.environment)
tag=sys.argv[1] if len(sys.argv)>1 else "light"
W,H=(372,720) if tag=="narrow" else (1120,760)
APP="dev.topdog.Marketplace"
n=0
def shot(app,name):
    time.sleep(0.7); app.screenshot("shots/%s-%s.png"%(tag,name),window=True)
subprocess.run(["build/src/cli/topdogctl","wallet","add","25"],check=True,env=env,stdout=subprocess.DEVNULL)
with w.launch() as app:
    app.timeout=20
    app.wait_for("table cell:"); app.resize(W,H)
    pass
    shot(app,"1-start")
    if tag=="narrow": keys(key="F9"); shot(app,"2-side")
    else: app.click("/Account /"); shot(app,"2-menu"); keys(key="Escape")
    action(APP,"app.account"); shot(app,"3-overview")
    app.mouse("/Create Another/"); time.sleep(.5); shot(app,"4-sign-up")
    keys("Ada"); keys(key="Tab"); keys("nobody"); keys(key="Tab"); keys("short"); shot(app,"5-typing")
    keys(key="Return"); app.wait_for("label:/no e-mail/"); shot(app,"6-errors")
    keys(key="ctrl+a"); keys(key="BackSpace"); keys(key="Return"); app.wait_for("label:/too short/"); shot(app,"7-short")
    keys(key="ctrl+a"); keys("turnip boats sail"); shot(app,"8-good"); keys(key="Return")
    app.wait_for("/Account Ada/") if tag!="narrow" else time.sleep(3)
    app.wait_for("table cell:")
    app.resize(W,H); shot(app,"9-ada")
    action(APP,"app.preferences"); app.click("page tab:Providers"); shot(app,"10-keys"); keys(key="Escape")
    time.sleep(.5)
    action(APP,"app.account"); shot(app,"11-overview"); app.mouse("/Change Password/"); shot(app,"12-password")
    keys("wrong one"); keys(key="Tab"); keys(key="Tab"); keys("celery trains fly"); keys(key="Return"); app.wait_for("label:/is wrong/"); shot(app,"13-wrong")
    keys(key="Escape"); time.sleep(.5)
    keys(key="Escape"); time.sleep(.5)
    action(APP,"app.sign-out"); app.wait_for("/Signed Out/"); app.resize(W,H); shot(app,"14-signed-out")
    app.click("button:/Sign In/"); shot(app,"15-sign-in")
    audit(app)
    keys(key="Escape")
    time.sleep(.5)
